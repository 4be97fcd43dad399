from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from commonplace.jobs.models import Heartbeat
from commonplace.jobs.queries import list_stale_queues

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "interactive", "bulk", "stale"),
    [
        (10, 1, 1, []),
        (10, 4, 1, ["interactive"]),
        (10, 1, 4, ["bulk"]),
        (10, None, None, ["interactive", "bulk"]),
        (2, None, None, []),
        (2, 500, 500, []),
        (10, 2.9, 3.1, ["bulk"]),
    ],
)
def test_a_queue_is_stale_after_three_minutes_of_silence_since_the_start(house, started, interactive, bulk, stale):
    def minutes_ago(minutes):
        return NOON - timedelta(minutes=minutes)

    with time_machine.travel(NOON, tick=False), house.database.writing() as session:
        for queue, minutes in (("interactive", interactive), ("bulk", bulk)):
            if minutes is not None:
                session.add(Heartbeat(queue=queue, beaten_on=minutes_ago(minutes)))
        session.flush()
        assert list_stale_queues(session, minutes_ago(started)) == stale
