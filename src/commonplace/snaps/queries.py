"""Every SELECT over snaps."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, undefer

from commonplace.core.db import Database
from commonplace.core.errors import NotFound
from commonplace.core.ids import is_hash_key
from commonplace.core.pagination import Page, page
from commonplace.core.prepared import find_row
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed, public_to, seen_by, visibility, visible_to
from commonplace.entries.queries_tallies import is_alone
from commonplace.snaps import rules
from commonplace.snaps.models import Snap
from commonplace.users.models import User

NOT_HERE = "There is no such snap, or it is not shared with you."


def _snaps_with_authors() -> Select[Snap]:
    return select(Snap).join(Snap.author).options(contains_eager(Snap.author))


def get_snap(session: Session, viewer: User | None, hash_key: str, *, with_content: bool = False) -> Snap:
    """Return the snap at that address, which the viewer may see; raises NotFound, alike for absent and hidden."""
    statement = _one_snap(is_user=viewer is not None, with_content=with_content)
    asked = seen_by(viewer) | {"hash_key": hash_key}
    snap = session.scalar(statement, asked) if is_hash_key(hash_key) else None
    if snap is None:
        raise NotFound(NOT_HERE)
    return snap


@cache
def _one_snap(*, is_user: bool, with_content: bool) -> Select[Snap]:
    statement = _snaps_with_authors().where(_is_at(), visibility(is_user=is_user, with_link=True))
    return statement.options(undefer(Snap.content)) if with_content else statement


def _is_at() -> ColumnElement[bool]:
    return Entry.hash_key == bindparam("hash_key")


def get_content(database: Database, viewer: User | None, hash_key: str) -> tuple[str, str, str]:
    """Return name, digest and text of a snap that the viewer may see, and nothing else of it; raises NotFound."""
    name, digest, content = _get_row(database, _one_content(is_user=viewer is not None), viewer, hash_key)
    return name, digest, content


@cache
def _one_content(*, is_user: bool) -> Select[str, str, str]:
    return select(Snap.name, Snap.digest, Snap.content).where(_is_at(), visibility(is_user=is_user, with_link=True))


def find_stamp(database: Database, hash_key: str) -> tuple[int, int, str] | None:
    """Return what changes whenever a visitor's page of the snap does, other than by the time; raises NotFound.

    None for a fork, and for one that was replied to or liked, whose page tells of other rows as well.
    """
    snap_id, version, username, origin_id, is_alone = _get_row(database, _one_stamp(), None, hash_key)
    return (snap_id, version, username) if origin_id is None and is_alone else None


@cache
def _one_stamp() -> Select[int, int, str, int | None, bool]:
    columns = select(Snap.id, Snap.version, User.username, Snap.forked_from_id, is_alone()).join(Snap.author)
    return columns.where(_is_at(), visibility(is_user=False, with_link=True))


def _get_row(
    database: Database, statement: Select[*tuple[Any, ...]], viewer: User | None, hash_key: str
) -> tuple[Any, ...]:
    found = find_row(database, statement, seen_by(viewer) | {"hash_key": hash_key})
    if found is None:
        raise NotFound(NOT_HERE)
    return cast(tuple[Any, ...], found)


def find_origin(session: Session, viewer: User | None, snap: Snap) -> Snap | None:
    """Return the snap that this one is a fork of, where the viewer may see it."""
    if snap.forked_from_id is None:
        return None
    return session.scalar(
        _snaps_with_authors().where(Snap.id == snap.forked_from_id, visible_to(viewer, with_link=True))
    )


def list_snaps(
    session: Session,
    viewer: User | None,
    *,
    author: User | None = None,
    extensions: Collection[str] | None = None,
    is_public: bool = False,
    cursor: str | None,
    limit: int,
) -> Page[Snap]:
    """Return snaps, newest first: all that are listed, or one author's; all, or those of some extensions.

    With `is_public` only what the whole world may see.
    """
    statement = _snaps_with_authors().where(public_to(viewer) if is_public else visible_to(viewer))
    if author is not None:
        statement = statement.where(Entry.author_id == author.id)
    if author is None or viewer is None or author.id != viewer.id:
        statement = statement.where(is_listed())
    if extensions is not None:
        statement = statement.where(Snap.extension.in_(filter(rules.is_extension, extensions)))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def count_by_extension(session: Session, viewer: User | None) -> Sequence[tuple[str, int]]:
    """Return the extensions of the snaps that the viewer finds listed, most frequent first."""
    number = func.count()
    rows = session.execute(
        select(Snap.extension, number)
        .where(visible_to(viewer), is_listed())
        .group_by(Snap.extension)
        .order_by(number.desc(), Snap.extension)
        .limit(12)
    )
    return [(extension, count) for extension, count in rows]
