"""Every SELECT about jobs."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.jobs.job import QUEUES, QueueName
from commonplace.jobs.models import Heartbeat

SILENT_FOR = timedelta(minutes=3)


def list_stale_queues(session: Session, since_start: datetime) -> list[QueueName]:
    """Return the queues in which nothing was done for three minutes, all of them since the asker's start."""
    beaten_on = {heartbeat.queue: heartbeat.beaten_on for heartbeat in session.scalars(select(Heartbeat))}
    deadline = clock.now() - SILENT_FOR
    return [queue for queue in QUEUES if max(beaten_on.get(queue, since_start), since_start) < deadline]
