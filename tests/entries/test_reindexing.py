from sqlalchemy import insert, select

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.entries import queries
from commonplace.entries.models import Entry
from commonplace.entries.reindexing import BATCH, rebuild_index
from commonplace.entries.rules import SearchText, parse_search
from commonplace.entries.search import index_entry
from tests.factories import make_snap, make_user


def found(session, words):
    page = queries.list_found(session, None, parse_search(words), {"snap"}, cursor=None, limit=100)
    return [entry.hash_key for entry in page.items]


def test_the_index_is_made_of_what_is_stored_and_of_nothing_else(house: House, session):
    ada = make_user(session, "ada")
    snaps = [make_snap(session, ada, content=f"needle number{number}") for number in range(BATCH + 2)]
    last = snaps[-1].hash_key
    index_entry(session, snaps[0].id, SearchText("wrong", "wrong"))
    session.commit()
    assert rebuild_index(house) == BATCH + 2
    assert found(session, "wrong") == []
    assert found(session, f"number{BATCH + 1}") == [last]
    assert len(found(session, "needle")) == 100


def test_what_lies_in_the_trash_is_found_again_once_it_is_restored(house, session):
    snap = make_snap(session, make_user(session, "ada"), content="needle")
    snap.deleted_on = clock.now()
    session.commit()
    rebuild_index(house)
    assert found(session, "needle") == []
    snap.deleted_on = None
    session.flush()
    assert found(session, "needle") == [snap.hash_key]


def test_entries_of_a_kind_that_is_no_longer_installed_are_passed_over(house, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, content="needle")
    strange = {"id": 7, "kind": "sonnet", "hash_key": "1" * 22, "author_id": ada.id, "audience": "public", "version": 1}
    session.execute(insert(Entry.__table__).values(**strange, created_on=clock.now()))
    session.commit()
    assert rebuild_index(house) == 1
    assert found(session, "needle") == [snap.hash_key]
    assert session.scalar(select(Entry.__table__.c.kind).where(Entry.__table__.c.id == 7)) == "sonnet"
