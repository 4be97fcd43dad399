"""Every strategy shows the same feed, entry by entry, whatever happened."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from commonplace.timeline import containers_redis, containers_table, queries_pushed, queries_ring, queries_sqlite, tasks
from commonplace.timeline.feed import Feed
from commonplace.timeline.queries_postgresql import PostgreSQLSource
from commonplace.timeline.queries_ring import RingSource
from commonplace.timeline.queries_sqlite import SQLiteSource
from commonplace.timeline.ring import Ring
from tests.timeline.histories import History, clear_containers, in_redis, with_settings

STRATEGIES = ["read", "ring", "write", "hybrid", "write redis", "hybrid redis"]


@pytest.fixture
def small(monkeypatch):
    """Sizes at which a history of some entries meets every edge."""
    monkeypatch.setattr(queries_sqlite, "FEW", 1)
    monkeypatch.setattr(queries_sqlite, "WINDOW", 2)
    monkeypatch.setattr(queries_ring, "FEW", 1)
    monkeypatch.setattr(queries_pushed, "CAPACITY", 3)
    monkeypatch.setattr(containers_table, "CAPACITY", 3)
    monkeypatch.setattr(containers_table, "SLACK", 1)
    monkeypatch.setattr(containers_redis, "FULL_BYTES", 7 * 8)
    monkeypatch.setattr(tasks, "MANY_FOLLOWERS", 1)
    monkeypatch.setattr(tasks, "CHUNK", 2)


class RingHistory(History):
    """The ring, on either database."""

    def make_feed(self):
        full = SQLiteSource() if self.house.database.is_sqlite else PostgreSQLSource()
        return Feed([RingSource(Ring(size=4))], full)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_is_what_the_rule_says_under_any_history(house, small, strategy):
    name, *where = strategy.split()
    chosen = {"feed": "read" if name == "ring" else name} | (in_redis(house) if where else {})

    class Played(RingHistory if name == "ring" else History):
        """That strategy's."""

    Played.house = with_settings(house, **chosen)
    clear_containers(Played.house)
    rounds = settings(max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Played, settings=rounds)
