from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from commonplace.core import clock
from commonplace.core.errors import Forbidden
from commonplace.entries import events, queries, service
from commonplace.entries.models import Entry
from commonplace.entries.rules import SearchText, parse_search
from commonplace.snaps.models import Snap
from tests.factories import make_snap, make_user


def found(session, viewer, words):
    page = queries.list_found(session, viewer, parse_search(words), {"snap"}, cursor=None, limit=20)
    return [entry.hash_key for entry in page.items]


def test_a_shared_entry_is_listed_first_and_found(session):
    ada = make_user(session, "ada")
    make_snap(session, ada, name="older.py")
    newest = make_snap(session, ada, name="newest.py", content="print('needle')")
    page = queries.list_newest(session, None, {"snap"}, cursor=None, limit=20)
    assert page.items[0].hash_key == newest.hash_key
    assert found(session, None, "needle") == [newest.hash_key]


def test_a_back_dated_entry_takes_its_place_among_the_old_ones(session):
    ada = make_user(session, "ada")
    recent = make_snap(session, ada)
    old = make_snap(session, ada, created_on=datetime(2021, 5, 4, tzinfo=UTC))
    listed = queries.list_newest(session, None, {"snap"}, cursor=None, limit=20).items
    assert [entry.hash_key for entry in listed] == [recent.hash_key, old.hash_key]


def test_an_edit_changes_what_an_entry_is_found_by_and_keeps_its_place(session):
    ada = make_user(session, "ada")
    first = make_snap(session, ada, content="needle")
    second = make_snap(session, ada, content="hay")
    first.audience = "public"
    service.edit_entry(session, first, SearchText("renamed", "thread"))
    assert found(session, None, "needle") == []
    assert found(session, None, "thread") == [first.hash_key]
    listed = queries.list_newest(session, None, {"snap"}, cursor=None, limit=20).items
    assert [entry.hash_key for entry in listed] == [second.hash_key, first.hash_key]
    assert first.edited_on is not None


def test_the_trash_hides_an_entry_everywhere_until_it_is_restored(session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, content="needle")
    service.delete_entry(session, snap, ada)
    assert found(session, ada, "needle") == []
    assert queries.list_newest(session, ada, {"snap"}, cursor=None, limit=20).items == ()
    trashed = queries.list_trash(session, ada, {"snap"}, cursor=None, limit=20).items
    assert [entry.hash_key for entry in trashed] == [snap.hash_key]
    service.restore_entry(session, queries.get_trashed(session, ada, snap.hash_key, {"snap"}), ada)
    assert found(session, None, "needle") == [snap.hash_key]
    assert snap.deleted_by_id is None


@pytest.mark.parametrize("act", [service.delete_entry, service.restore_entry])
def test_only_its_author_may_delete_or_restore_an_entry(session, act):
    snap = make_snap(session, make_user(session, "ada"))
    with pytest.raises(Forbidden):
        act(session, snap, make_user(session, "bob"))


def test_a_purge_leaves_no_row_and_nothing_to_be_found(session):
    ada = make_user(session, "ada")
    gone, kept = make_snap(session, ada, content="needle"), make_snap(session, ada, content="needle")
    gone_id, kept_key = gone.id, kept.hash_key
    heard = []

    def listen(_session, entry_ids):
        heard.extend(entry_ids)

    with events.entries_purged.connected_to(listen):
        service.purge_entries(session, [gone_id])
    assert heard == [gone_id]
    assert session.scalar(select(Snap.id).where(Snap.id == gone_id)) is None
    assert session.scalar(select(Entry.id).where(Entry.id == gone_id)) is None
    assert found(session, None, "needle") == [kept_key]


def test_what_lay_in_the_trash_for_30_days_and_what_expired_is_to_be_purged(session):
    ada = make_user(session, "ada")
    long_gone, lately_gone, expired, _present = (make_snap(session, ada) for _ in range(4))
    now = clock.now()
    long_gone.deleted_on = now - timedelta(days=31)
    lately_gone.deleted_on = now - timedelta(days=29)
    expired.expires_on = now - timedelta(seconds=1)
    session.flush()
    assert set(queries.list_purgeable(session, now - timedelta(days=30), 10)) == {long_gone.id, expired.id}


def test_of_two_edits_of_the_same_version_the_second_is_told(house, session):
    ada = make_user(session, "ada")
    snap_id = make_snap(session, ada).id
    session.commit()
    with house.database.reading() as other:
        stale = other.get(Snap, snap_id)
    service.edit_entry(session, session.get(Snap, snap_id), SearchText("", ""))
    session.commit()
    with house.database.session(writes=True) as late:
        late.add(stale)
        with pytest.raises(StaleDataError):
            service.edit_entry(late, stale, SearchText("", ""))
