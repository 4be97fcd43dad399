from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from commonplace.core import clock
from commonplace.entries import service
from commonplace.entries.rules import SearchText
from commonplace.timeline.models import Addition
from commonplace.timeline.ring import FOLLOWED_FOR, Pairs, Ring, find_newest
from tests.factories import make_snap


def ids(ring, session, reader_id=0):
    return ring.look(session, reader_id)[1].ids.tolist()


def test_it_holds_what_is_listed_and_follows_what_is_added_in_whatever_order(session, stage):
    ring = Ring()
    assert ids(ring, session) == []
    stage.share(8)
    everything = sorted(snap.id for snap in stage.snaps)
    assert ids(ring, session) == everything
    private = make_snap(session, stage.reader, audience="private")
    session.commit()
    assert ids(ring, session) == everything
    private.audience = "members"
    service.edit_entry(session, private, SearchText("", ""))
    old = make_snap(session, stage.reader, created_on=stage.snaps[0].created_on)
    session.commit()
    assert ids(ring, session) == sorted([*everything, private.id, old.id])


def test_one_that_starts_now_holds_the_same_as_one_that_followed(session, stage):
    follower = Ring()
    for _ in range(4):
        stage.share(3)
        assert ids(follower, session) == ids(Ring(), session)


def test_it_holds_the_newest_only_and_says_so(session, stage):
    ring = Ring(size=5)
    stage.share(3)
    _, pairs = ring.look(session, 0)
    assert pairs.is_whole
    stage.share(1_200)  # more than there is room for at its end
    _, pairs = ring.look(session, 0)
    assert not pairs.is_whole
    assert pairs.ids.tolist() == sorted(snap.id for snap in stage.snaps)[-5:]
    make_snap(session, stage.reader, created_on=stage.snaps[0].created_on)
    session.commit()
    assert ids(ring, session) == sorted(snap.id for snap in stage.snaps)[-5:]


def test_what_others_were_shown_does_not_change_under_their_hands(session, stage):
    ring = Ring()
    stage.share(3)
    _, before = ring.look(session, 0)
    kept = before.ids.tolist()
    stage.share(3)
    ring.look(session, 0)
    assert before.ids.tolist() == kept


def test_one_that_was_left_alone_for_long_begins_anew(session, stage, monkeypatch):
    ring = Ring()
    stage.share(2)
    ids(ring, session)
    stage.share(2)
    session.execute(delete(Addition))  # forgotten since
    session.commit()
    assert len(ids(ring, session)) == 2
    later = clock.now() + FOLLOWED_FOR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert len(ids(ring, session)) == 4


def test_it_tells_the_readers_version(session, stage):
    assert Ring().look(session, stage.reader.id)[0] == 1
    assert Ring().look(session, stage.stranger.id)[0] == 0


@given(
    authors=st.lists(st.integers(0, 6), max_size=60),
    wanted=st.sets(st.integers(0, 9)),
    before=st.integers(0, 200),
    number=st.integers(1, 12),
    is_whole=st.booleans(),
)
def test_what_is_found_is_what_a_plain_search_finds(authors, wanted, before, number, is_whole):
    pairs = Pairs(np.arange(len(authors)) * 3, np.array(authors, dtype=np.int64), max(authors, default=0), is_whole)
    plain = [i * 3 for i, author in reversed(list(enumerate(authors))) if author in wanted and i * 3 < before]
    found = find_newest(pairs, sorted(wanted), before=before, number=number)
    if len(plain) >= number:
        assert (found.ids, found.is_end) == (plain[:number], False)
    elif is_whole:
        assert (found.ids, found.is_end) == (plain, True)
    else:
        assert found is None


def test_windows_grow_over_many_pairs():
    authors = np.zeros(100_000, dtype=np.int64)
    authors[[5, 60_000]] = 1
    pairs = Pairs(np.arange(100_000), authors, 1, is_whole=True)
    assert find_newest(pairs, [1], before=100_000, number=2).ids == [60_000, 5]
