"""Every write of a snap: share it, edit it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.ids import new_hash_key
from commonplace.entries.models import Audience
from commonplace.entries.rules import SearchText
from commonplace.entries.service import check_may_edit, edit_entry, share_entry
from commonplace.snaps import rules
from commonplace.snaps.models import Snap
from commonplace.snaps.service_revisions import keep_revision
from commonplace.users.models import User


@dataclass(frozen=True)
class SnapValues:
    """What a person or program gives of a snap, through whichever door."""

    content: str
    name: str = ""
    extension: str = ""
    audience: Audience = "members"
    expires_on: datetime | None = None


def share_snap(
    session: Session,
    author: User,
    values: SnapValues,
    *,
    forked_from: Snap | None = None,
    shared_on: datetime | None = None,
) -> Snap:
    """Share a text, now or as of an earlier moment; raises Invalid by field, TooLarge above 1 MiB."""
    text = rules.check_content(values.content)
    rules.check_expiry(values.expires_on, clock.now())
    name = rules.clean_name(values.name)
    extension = rules.choose_extension(values.extension, name, values.content)
    snap = Snap(
        hash_key=new_hash_key(),
        author=author,
        audience=values.audience,
        created_on=shared_on or clock.now(),
        expires_on=values.expires_on,
        name=rules.name_or_default(name, extension),
        extension=extension,
        forked_from_id=forked_from.id if forked_from else None,
        **asdict(text),
    )
    share_entry(session, snap, search_text(snap))
    return snap


def edit_snap(session: Session, by: User, snap: Snap, values: SnapValues) -> Snap:
    """Change a snap and keep what it was as a revision, where name or text differ; raises Invalid, Forbidden.

    Where nothing differs, it stays of the version that it is.
    """
    check_may_edit(by, snap)
    text = rules.check_content(values.content)
    if values.expires_on != snap.expires_on:
        rules.check_expiry(values.expires_on, clock.now())
    name = rules.clean_name(values.name)
    extension = rules.choose_extension(values.extension, name, values.content)
    name = rules.name_or_default(name, extension)
    if (name, text.digest) != (snap.name, snap.digest):
        keep_revision(session, snap)
    snap.name, snap.extension = name, extension
    snap.audience, snap.expires_on = values.audience, values.expires_on
    for field, value in asdict(text).items():
        setattr(snap, field, value)
    if session.is_modified(snap):
        edit_entry(session, snap, search_text(snap))
    return snap


def search_text(snap: Snap) -> SearchText:
    """Return what a snap is found by."""
    return SearchText(title=snap.name, body=snap.content)


def summary(snap: Snap) -> SearchText:
    """Return the snap in short, for feeds: its name and its first lines."""
    return SearchText(title=snap.name, body=snap.preview)
