import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from commonplace.timeline import rebuilding, service
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.rebuilding import put_together, rebuild_feeds, split_by_reader
from commonplace.timeline.ring import Pairs
from tests.timeline.conftest import look
from tests.timeline.histories import with_settings


def test_every_present_user_has_a_whole_container_afterwards(house, session, stage, monkeypatch):
    monkeypatch.setattr(rebuilding, "READERS", 2)
    monkeypatch.setattr(rebuilding, "CAPACITY", 4)
    stage.share(12)
    service.pull_author(session, stage.authors[0].id)
    session.commit()
    number, entries = rebuild_feeds(with_settings(house, feed="write"))
    assert number == 5
    contents = look(TableContainers(house.database), session, stage.reader.id, 1)
    assert contents.ids == stage.expected()[:4]
    assert contents.floor_id == contents.ids[-1]
    own = look(TableContainers(house.database), session, stage.stranger.id, 0)
    assert own.ids == sorted((snap.id for snap in stage.snaps if snap.author_id == stage.stranger.id), reverse=True)
    assert own.floor_id == 0
    assert entries == 4 + 3 * 4


@given(
    authors=st.lists(st.integers(0, 5), max_size=50),
    follows=st.sets(st.tuples(st.sampled_from([10, 11, 12]), st.integers(0, 5))),
    block=st.integers(1, 30),
)
def test_feeds_are_put_together_as_by_hand(authors, follows, block):
    pairs = Pairs(np.arange(len(authors)) * 2, np.array(authors, dtype=np.int64), max(authors, default=0), True)
    rows = np.array(sorted(follows), dtype=np.int64).reshape(-1, 2)
    rows = rows[rows[:, 1] <= pairs.last_author_id]
    before, rebuilding.BLOCK = rebuilding.BLOCK, block
    try:
        feeds = put_together(pairs, rows, np.array([10, 11, 12]))
    finally:
        rebuilding.BLOCK = before
    for reader, feed in zip((10, 11, 12), feeds, strict=True):
        assert feed.tolist() == [i * 2 for i, author in enumerate(authors) if (reader, author) in follows]


def test_a_sort_by_reader_keeps_the_order_of_entries():
    owners = np.array([2, 0, 2, 0, 2], dtype=np.uint16)
    split = split_by_reader(np.array([1, 2, 3, 4, 5]), owners, 3)
    assert [(place, ids.tolist()) for place, ids in split] == [(0, [2, 4]), (2, [1, 3, 5])]
