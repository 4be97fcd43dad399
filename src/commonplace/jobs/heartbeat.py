"""Signs of life: a job a minute through each queue, by the way that real ones take."""

from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.job import QueueName, job, periodic
from commonplace.jobs.models import Heartbeat

EVERY = timedelta(minutes=1)


@periodic(every=EVERY)
@job(queue="interactive")
def beat_interactive(house: House) -> None:
    """Leave a sign of life of the interactive queue."""
    _beat(house, "interactive")


@periodic(every=EVERY)
@job(queue="bulk")
def beat_bulk(house: House) -> None:
    """Leave a sign of life of the bulk queue."""
    _beat(house, "bulk")


def _beat(house: House, queue: QueueName) -> None:
    with house.database.writing() as session:
        session.merge(Heartbeat(queue=queue, beaten_on=clock.now()))
