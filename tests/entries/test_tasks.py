import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from commonplace.core import clock
from commonplace.entries.models import Entry, Export
from commonplace.entries.service import delete_entry
from commonplace.entries.service_exports import request_export
from commonplace.entries.tasks import BATCH, make_export, purge_trash, sweep_exports
from commonplace.jobs.messages import MessageFile
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.users.service_closing import purge_account
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    session.commit()
    return user


def archive_of(house, export):
    with house.storage.open(export.file_name) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def waiting(house):
    """How many bulk jobs wait in the queue."""
    messages = MessageFile(house.settings.data_dir / "broker.sqlite3")
    count = messages.count_free("bulk")
    messages.close()
    return count


def test_the_trash_is_kept_for_30_days_and_then_goes_with_all_its_versions(house, session, ada):
    snap = make_snap(session, ada, content="one")
    edit_snap(session, ada, snap, SnapValues("two", name="b.py"))
    fork_id = make_snap(session, ada).id
    session.get(Snap, fork_id).forked_from_id = snap.id
    delete_entry(session, snap, ada)
    session.commit()
    for days, left in ((29, 2), (30, 1), (31, 1)):
        with time_machine.travel(clock.now() + timedelta(days=days, minutes=1), tick=False):
            purge_trash(house)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Entry)) == left, days
    assert session.scalars(select(Snap.id)).all() == [fork_id]
    assert session.scalar(select(func.count()).select_from(SnapRevision)) == 0


def test_what_has_expired_goes_at_the_next_purge(house, session, ada):
    make_snap(session, ada, expires_on=clock.now() + timedelta(minutes=5))
    kept = make_snap(session, ada, expires_on=clock.now() + timedelta(minutes=15)).id
    make_snap(session, ada)
    session.commit()
    purge_trash(house)
    assert session.scalar(select(func.count()).select_from(Entry)) == 3
    session.rollback()
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        purge_trash(house)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Entry)) == 2
    assert session.get(Snap, kept) is not None


def test_more_than_a_batch_goes_in_one_run(house, session, ada):
    for _ in range(BATCH + 3):
        make_snap(session, ada, content="").deleted_on = clock.now() - timedelta(days=31)
    session.commit()
    purge_trash(house)
    assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_an_export_is_made_once_and_is_its_users_own(house, session, ada):
    make_snap(session, ada, name="mine.py", audience="private")
    make_snap(session, make_user(session, "bob"), name="bobs.py")
    export = request_export(session, ada)
    session.commit()
    make_export(house, export.id)
    session.refresh(export)
    assert export.state == "ready"
    assert export.size == house.storage.size(export.file_name)
    assert [entry["name"] for entry in json.loads(archive_of(house, export).read("entries.json"))["entries"]] == [
        "mine.py"
    ]
    make_snap(session, ada, name="later.py")
    session.commit()
    make_export(house, export.id)
    assert "later.py" not in archive_of(house, export).read("index.html").decode()


def test_an_export_that_is_gone_is_let_be(house, ada):
    make_export(house, 404)
    assert house.storage.is_empty()


def test_the_sweep_nudges_what_was_missed_and_leaves_what_was_asked_for_just_now(house, session, ada):
    request_export(session, ada)
    session.commit()
    sweep_exports(house)
    assert waiting(house) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        sweep_exports(house)
    assert waiting(house) == 1


def test_an_archive_is_kept_for_a_week(house, session, ada):
    export = request_export(session, ada)
    session.commit()
    make_export(house, export.id)
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23)):
        sweep_exports(house)
        assert house.storage.exists(export.file_name)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        sweep_exports(house)
    assert house.storage.is_empty()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Export)) == 0


def test_with_an_account_goes_its_archive_and_its_number_is_never_used_again(house, session, ada):
    house.storage.put("photos/1.jpg", b"somebody else's")
    export = request_export(session, ada)
    session.commit()
    number = export.id
    make_export(house, number)
    session.refresh(export)
    purge_account(session, ada)
    session.commit()
    sweep_exports(house)
    assert list(house.storage.list_names()) == ["photos/1.jpg"]
    assert request_export(session, make_user(session, "bob")).id > number


def test_with_an_account_go_all_its_entries_however_many(house, session, ada):
    for _ in range(BATCH + 1):
        make_snap(session, ada, content="")
    kept = make_snap(session, make_user(session, "bob")).id
    session.commit()
    purge_account(session, ada)
    session.commit()
    assert session.scalars(select(Entry.id)).all() == [kept]
