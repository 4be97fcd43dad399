"""A whole site with a bit of everything, and what two sites have in common."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import kombu.pools
from sqlalchemy import delete, select

from commonplace.api.models import IdempotencyKey
from commonplace.config import Settings
from commonplace.core import clock
from commonplace.core.db import Base
from commonplace.core.house import House
from commonplace.entries.models import Export, Like
from commonplace.entries.service import delete_entry
from commonplace.jobs.application import make_celery
from commonplace.jobs.models import Heartbeat
from commonplace.mail.models import Mail
from commonplace.moderation.models import LogEntry, Report
from commonplace.notifications.models import Choice, Digest, Notification
from commonplace.operations.backup_tables import COPIES, ITS_OWN
from commonplace.operations.migrations import upgrade
from commonplace.snaps.service import SnapValues, edit_snap, share_snap
from commonplace.timeline.models import FeedToken
from commonplace.timeline.rules import Visit
from commonplace.timeline.service import note_visit
from commonplace.users.models import Block, Follow, Mute, RetiredUsername, User
from commonplace.users.service_devices import create_device
from commonplace.users.service_invitations import create_invitation
from commonplace.users.service_mail import mail_verification
from commonplace.users.service_tokens import create_token
from tests.factories import make_post, make_reply, make_snap, make_user

ODD = "é e\u0301 \u202e\u2028\ufeff 日本 👩‍👩‍👧 \U0010ffff \x01\x1b 'q\" \\ %s {x} \r\n\t\x85 ﷺ"
MOMENT = datetime(2024, 2, 29, 23, 59, 59, 123457, tzinfo=UTC)


@contextmanager
def opened(url, data_dir, *, empty=False, **given):
    """A house with all tables, or with none."""
    house = House.build(Settings.read(data_dir=data_dir, database_url=url, **given))
    make_celery(house)
    if not empty:
        upgrade(house)
    yield house
    house.database.dispose()
    kombu.pools.reset()


def fill(house):
    """Put people in, and all that they may leave behind."""
    with house.database.writing() as session:
        ada = make_user(session, "ada", role="owner")
        ada.about, ada.created_on = ODD, MOMENT
        bob, gone = make_user(session, "bob"), make_user(session, "gone")
        gone.closed_on = MOMENT
        left = make_user(session, "left")
        session.add_all(
            [
                Follow(follower_id=ada.id, followed_id=bob.id),
                Block(blocker_id=bob.id, blocked_id=ada.id),
                RetiredUsername(folded="ada-once", skeleton="ada-0nce", user_id=ada.id),
                RetiredUsername(folded="nobody", skeleton="n0b0dy"),
                Heartbeat(queue="bulk", beaten_on=MOMENT),
                IdempotencyKey(caller="user 1", key="k", fingerprint="f", status=201, body=bytes(range(256))),
                IdempotencyKey(caller="user 1", key="still running", fingerprint="f"),
                Export(user_id=bob.id, state="pending"),
                Notification(user_id=bob.id, event="followed", subject=f"{ada.id}", actor_id=ada.id, read_on=MOMENT),
                Choice(user_id=bob.id, event="followed", is_live=False, cadence="daily"),
                Digest(user_id=bob.id, cadence="daily", sent_on=MOMENT),
            ]
        )
        create_device(session, ada, agent="Firefox", address="::1", is_remembered=True)
        create_device(session, bob, agent="curl", address="127.0.0.1", is_remembered=False)
        create_token(session, ada, label="laptop", scopes=["read"], expires_on=None)
        create_token(session, bob, label="phone", scopes=["read", "write"], expires_on=clock.now() + timedelta(days=9))
        create_invitation(session, ada, note="for Carol", max_uses=3, expires_on=None)
        export = Export(user_id=ada.id, state="ready", size=3)
        session.add(export)
        _add_snaps(session, ada, bob)
        _add_moderation(session, ada, bob)
        _add_talk(session, ada, bob)
        mail_verification(session, house, ada)
        session.add(Mail(recipient="b@example.org", subject=ODD, state="sent", sent_on=MOMENT))
        session.flush()
        session.execute(delete(User).where(User.id == left.id))  # whose number nobody else gets
    house.storage.put(export.file_name, b"zip")
    house.storage.put("photos/1/original.jpg", bytes(range(256)) * 9999)


def _add_snaps(session, ada, bob):
    origin = make_snap(session, ada, content=ODD, name="odd 日本.txt")
    edit_snap(session, ada, origin, SnapValues(ODD * 2, name="renamed.md", audience="private"))
    edit_snap(session, ada, origin, SnapValues("needle", name="renamed.md", audience="public"))
    share_snap(session, bob, SnapValues("fork", name="late.py"), forked_from=origin)
    share_snap(session, bob, SnapValues("fork", name="early.py"), forked_from=origin, shared_on=MOMENT)
    delete_entry(session, make_snap(session, ada, name="trashed.py"), ada)
    make_snap(session, bob, audience="unlisted").expires_on = MOMENT
    for number in range(3):
        make_snap(session, ada, content="x" * 1_000_000 if number == 0 else "", audience="followers")


def _add_moderation(session, ada, bob):
    snap = make_snap(session, bob, name="rude.py")
    decided = {"state": "acted", "closed_on": MOMENT, "closed_by_id": ada.id}
    session.add(Report(reporter_id=ada.id, user_id=bob.id, entry_id=snap.id, reason=ODD, **decided))
    session.add(LogEntry(action="hide", moderator_name="ada", username="bob", entry_path="/snaps/x", note=ODD))


def _add_talk(session, ada, bob):
    reply = make_reply(session, bob, make_post(session, ada, content=f"{ODD} #bread"))
    session.add_all(
        [
            Like(entry_id=reply.id, user_id=ada.id),
            Mute(muter_id=ada.id, muted_id=bob.id),
            FeedToken(user_id=ada.id, token_hash="0" * 64),
            Notification(user_id=ada.id, event="replied", subject="x", actor_id=bob.id, entry_id=reply.id),
            Choice(user_id=ada.id, event="liked", cadence="weekly"),
            Digest(user_id=ada.id, cadence="weekly", sent_on=MOMENT),
        ]
    )
    note_visit(session, ada.id, Visit(1, reply.id, MOMENT))


def rows_of(house):
    """All rows of all tables that a backup holds, by table, as the models read them."""
    left_out = {*ITS_OWN, *COPIES}
    tables = {name: table for name, table in Base.metadata.tables.items() if name not in left_out}
    with house.database.reading() as session:
        return {name: sorted(map(tuple, session.execute(select(table))), key=repr) for name, table in tables.items()}


def files_of(house):
    """All that is stored, by name."""
    files = {}
    for name in house.storage.list_names():
        with house.storage.open(name) as file:
            files[name] = file.read()
    return files
