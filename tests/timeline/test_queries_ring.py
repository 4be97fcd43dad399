import time

import pytest

from commonplace.timeline import queries, queries_ring, service
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.queries_ring import RingSource
from commonplace.timeline.ring import Ring
from commonplace.users.models import Follow
from tests.architecture.test_query_counts import counted


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setattr(queries_ring, "FEW", 1)
    return RingSource(Ring())


def find(source, session, reader, **values):
    asked = {"before": NEWEST, "number": 3, "kinds": None} | values
    return source.find_newest(session, reader.id, **asked)


def test_whom_a_reader_reads_is_asked_once_for_each_version(source, session, stage, monkeypatch):
    stage.share(4)
    asked = []
    real = queries.list_author_ids
    monkeypatch.setattr(queries, "list_author_ids", lambda *args: asked.append(args) or real(*args))
    find(source, session, stage.reader)
    assert list(find(source, session, stage.reader).ids) == stage.expected()
    assert len(asked) == 1
    session.add(Follow(follower_id=stage.reader.id, followed_id=stage.stranger.id))
    service.change_version(session, [stage.reader.id])
    session.commit()
    assert stage.snaps[3].id in find(source, session, stage.reader, number=4).ids
    assert len(asked) == 2


def test_it_does_not_tell_for_who_reads_few_nor_for_some_kinds_nor_below_the_ring(source, session, stage):
    stage.share(4)
    assert find(source, session, stage.stranger) is None
    assert find(source, session, stage.reader, kinds={"snap"}) is None
    assert find(RingSource(Ring(size=2)), session, stage.reader) is None


def test_who_reads_few_is_left_to_sql_for_a_while_without_a_question(source, session, stage, monkeypatch):
    stage.share(4)
    assert find(source, session, stage.stranger) is None
    session.add_all(Follow(follower_id=stage.stranger.id, followed_id=author.id) for author in stage.authors)
    service.change_version(session, [stage.stranger.id])
    session.commit()
    with counted(session.get_bind()) as statements:
        assert find(source, session, stage.stranger) is None
    assert statements == []
    now = time.monotonic()
    monkeypatch.setattr(queries_ring.time, "monotonic", lambda: now + queries_ring.FEW_FOR_S)
    assert len(find(source, session, stage.stranger).ids) == 3


def test_what_is_kept_of_readers_is_bounded(session, stage, monkeypatch):
    monkeypatch.setattr(queries_ring, "KEPT_BYTES", 40)  # four readers make 32
    source = RingSource(Ring())
    for reader in (stage.reader, *stage.authors):
        find(source, session, reader)
    assert list(source._author_ids) == [author.id for author in stage.authors]
