from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonplace.timeline.rules import AWAY, NOTED_EVERY, Visit, is_to_be_noted, visit_now

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NEVER = Visit(0, 0, None)


def test_who_comes_for_the_first_time_has_no_mark():
    assert visit_now(NEVER, 30, NOON) == Visit(0, 30, NOON)


def test_who_stays_keeps_the_mark_and_who_comes_back_has_a_new_one():
    first = visit_now(NEVER, 30, NOON)
    still_there = visit_now(first, 40, NOON + AWAY)
    assert still_there == Visit(0, 40, NOON + AWAY)
    back = visit_now(still_there, 55, NOON + 2 * AWAY + timedelta(seconds=1))
    assert (back.mark_id, back.seen_id) == (40, 55)
    reloaded = visit_now(back, 55, back.seen_on + timedelta(seconds=5))
    assert reloaded.mark_id == 40


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7200)), max_size=20))
def test_a_mark_never_goes_back_nor_above_what_was_seen(steps):
    visit, now = NEVER, NOON
    for newest_id, seconds in steps:
        now += timedelta(seconds=seconds)
        following = visit_now(visit, newest_id, now)
        assert visit.mark_id <= following.mark_id <= following.seen_id
        assert following.seen_id >= newest_id
        visit = following


def test_a_visit_is_noted_when_it_says_something_new():
    visit = visit_now(NEVER, 30, NOON)
    assert is_to_be_noted(NEVER, visit, NOON)
    soon = NOON + NOTED_EVERY
    assert not is_to_be_noted(visit, visit_now(visit, 30, soon), soon)
    assert is_to_be_noted(visit, visit_now(visit, 31, soon), soon)
    later = soon + timedelta(seconds=1)
    assert is_to_be_noted(visit, visit_now(visit, 30, later), later)
