from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonplace.snaps.rules_revisions import MOST_KEPT, NEWEST_KEPT, RECENT, choose_dropped

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def revisions(hours_ago):
    """Return versions of those ages, newest first."""
    ages = sorted(hours_ago)
    return [(len(ages) - place, NOW - timedelta(hours=age)) for place, age in enumerate(ages)]


@given(st.lists(st.floats(0, 3_000), max_size=400))
def test_the_newest_the_recent_and_the_last_of_each_day_are_kept(hours_ago):
    given_ = revisions(hours_ago)
    dropped = set(choose_dropped(given_, NOW))
    kept = [(number, made_on) for number, made_on in given_ if number not in dropped]
    assert given_[:NEWEST_KEPT] == kept[:NEWEST_KEPT]
    assert all(NOW - made_on > RECENT for number, made_on in given_ if number in dropped)
    assert {made_on.date() for _, made_on in kept} == {made_on.date() for _, made_on in given_}
    assert choose_dropped(kept, NOW) == []


def test_however_often_it_is_edited_they_stay_few():
    assert len(choose_dropped(revisions([0.0] * 2_000), NOW)) == 2_000 - MOST_KEPT
    assert len(choose_dropped(revisions([48.0] * 2_000), NOW)) == 2_000 - NEWEST_KEPT
