import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.timeline import queries_pushed, service
from commonplace.timeline.candidates import NEWEST, Candidates
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.making import make_pushed_source
from commonplace.timeline.queries_pushed import _merge
from tests.architecture.test_query_counts import counted


@pytest.fixture
def source(house):
    return make_pushed_source(house)


def find(source, session, reader, **values):
    asked = {"before": NEWEST, "number": 3, "kinds": None} | values
    found = source.find_newest(session, reader.id, **asked)
    session.rollback()  # a reading transaction ends with its request
    return found


def test_a_container_that_is_missing_is_there_the_next_time(source, session, stage):
    stage.share(6)
    assert find(source, session, stage.reader) is None
    assert list(find(source, session, stage.reader).ids) == stage.expected()[:3]


def test_what_is_still_to_be_pushed_is_found_all_the_same(source, session, stage):
    find(source, session, stage.reader)
    stage.share(3)
    assert list(find(source, session, stage.reader).ids) == stage.expected()


def test_what_is_older_than_the_container_is_for_others_to_tell(source, session, stage, monkeypatch):
    monkeypatch.setattr(queries_pushed, "CAPACITY", 3)
    stage.share(12)
    find(source, session, stage.reader)
    assert list(find(source, session, stage.reader).ids) == stage.expected()[:3]
    assert find(source, session, stage.reader, before=stage.expected()[1]) is None
    assert find(source, session, stage.reader, number=4) is None
    assert find(source, session, stage.reader, kinds={"snap"}) is None


def test_those_who_are_not_pushed_are_merged_in(source, session, stage):
    ada = stage.authors[0]
    find(source, session, stage.reader)
    service.pull_author(session, ada.id)
    session.commit()
    stage.share(8)
    for row in session.query(service.Addition):
        row.state = "done"  # of ada it is true; of the others nobody pushed it
    session.commit()
    found = find(source, session, stage.reader, number=9)
    assert list(found.ids) == [snap.id for snap in reversed(stage.snaps) if snap.author_id == ada.id]


def test_a_page_from_a_container_takes_the_same_few_queries(house, source, session, stage):
    stage.share(12)
    reader_id = stage.reader.id
    for _ in range(2):
        with counted(house.database.engine) as statements:
            source.find_newest(session, reader_id, before=NEWEST, number=3, kinds=None)
        session.rollback()
    assert len(statements) == 2, statements  # what is known of pushing, and what is in the container
    assert isinstance(source._containers_of(1), TableContainers)


@given(one=st.sets(st.integers(1, 40)), other=st.sets(st.integers(1, 40)), number=st.integers(1, 8))
def test_a_merge_leaves_out_none_and_tells_the_end(one, other, number):
    def newest(ids):
        ids = sorted(ids, reverse=True)
        return Candidates(ids[:number], is_end=len(ids) < number)

    merged = _merge(newest(one), newest(other), number)
    expected = sorted(one | other, reverse=True)
    assert list(merged.ids) == expected[: len(merged.ids)]
    assert merged.is_end == (len(merged.ids) == len(expected) and len(one) < number and len(other) < number)
    assert merged.is_end or merged.ids
