from datetime import UTC, datetime

import time_machine
from sqlalchemy import select

from commonplace.jobs.heartbeat import beat_bulk, beat_interactive
from commonplace.jobs.models import Heartbeat


def beats(house):
    with house.database.reading() as session:
        return {row.queue: row.beaten_on for row in session.scalars(select(Heartbeat))}


def test_each_queue_leaves_its_own_sign_and_renews_it(house):
    noon, later = datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        beat_interactive(house)
        beat_bulk(house)
    with time_machine.travel(later, tick=False):
        beat_bulk(house)
    assert beats(house) == {"interactive": noon, "bulk": later}


def test_the_signs_go_the_way_of_the_jobs_they_stand_for():
    assert (beat_interactive.queue, beat_bulk.queue) == ("interactive", "bulk")
    assert beat_interactive.every.total_seconds() == beat_bulk.every.total_seconds() == 60
