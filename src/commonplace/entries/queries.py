"""Every SELECT over entries of all kinds, and the one predicate of who sees what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager, with_polymorphic

from commonplace.core import clock
from commonplace.core.db import BigId, UtcDateTime
from commonplace.core.errors import NotFound
from commonplace.core.ids import is_hash_key
from commonplace.core.pagination import Page, page
from commonplace.entries.models import LISTED, Ancestor, Audience, Entry, Export
from commonplace.entries.rules import SearchQuery
from commonplace.entries.search import matches
from commonplace.users.models import Block, Follow, User, is_absent

AudienceColumn = InstrumentedAttribute[Audience]
ViewerId = int | BindParameter[int] | None
Moment = datetime | BindParameter[datetime]
NONE = literal_column("0", BigInteger)
"""Written into statements as it is: a parameter would be filled in anew each time."""


def visible_to(viewer: User | None, *, with_link: bool = False) -> ColumnElement[bool]:
    """Return the condition that `viewer` may see an entry: the only one in the house.

    `with_link` also lets in what is unlisted, for whoever came by the entry's own address. An entry in the trash,
    one that has expired, and one whose author is absent are seen by nobody; one that a moderator hid by its author
    alone. Of a reply all that it answers must be seen as well, but by its own author.
    """
    return _is_visible(None if viewer is None else viewer.id, clock.now(), with_link=with_link)


@cache
def visibility(*, is_user: bool, with_link: bool) -> ColumnElement[bool]:
    """Return the condition of `visible_to` made once, for a statement that is kept; `seen_by` are its parameters."""
    viewer_id: BindParameter[int] | None = bindparam("viewer_id", type_=BigId) if is_user else None
    return _is_visible(viewer_id, bindparam("now", type_=UtcDateTime()), with_link=with_link)


def seen_by(viewer: User | None) -> dict[str, Any]:
    """Return the parameters of `visibility`: who looks, and when."""
    return {"viewer_id": viewer.id if viewer is not None else None, "now": clock.now()}


def _is_visible(viewer_id: ViewerId, now: Moment, *, with_link: bool) -> ColumnElement[bool]:
    above = aliased(Entry)
    seen = _may_see(above, viewer_id, now, with_link=with_link)
    number_seen = (
        select(func.count())
        .select_from(Ancestor)
        .join(above, above.id == Ancestor.ancestor_id)
        .where(Ancestor.entry_id == Entry.id, seen)
        .correlate(Entry)
        .scalar_subquery()
    )
    of_oneself = Entry.author_id == viewer_id if viewer_id is not None else false()
    # what was removed for good is an ancestor that nobody sees: so they are counted
    whole_thread = or_(Entry.depth == NONE, of_oneself, number_seen == Entry.depth)
    return and_(_may_see(Entry, viewer_id, now, with_link=with_link), whole_thread)


def _may_see(entry: type[Entry], viewer_id: ViewerId, now: Moment, *, with_link: bool) -> ColumnElement[bool]:
    """Return the condition that the viewer may see an entry as far as it alone decides."""
    is_reply = entry.depth > NONE
    reached = or_(is_reply, _is_within(entry.audience, entry.author_id, viewer_id, with_link=with_link))
    if viewer_id is None:
        return and_(_is_present(entry, now), entry.hidden_on.is_(None), reached)
    by_others = and_(entry.hidden_on.is_(None), reached, ~blocks(viewer_id, entry.author_id))
    return and_(_is_present(entry, now), or_(entry.author_id == viewer_id, by_others))


def is_within(audience: AudienceColumn, viewer: User | None, *, with_link: bool = False) -> ColumnElement[bool]:
    """Return the condition that an audience which an entry once had takes the viewer in, other than as its author.

    For what is kept beside an entry that the viewer may see at all.
    """
    return _is_within(audience, Entry.author_id, None if viewer is None else viewer.id, with_link=with_link)


def _is_within(
    audience: AudienceColumn, author_id: InstrumentedAttribute[int], viewer_id: ViewerId, *, with_link: bool
) -> ColumnElement[bool]:
    open_to: list[Audience] = ["public", "unlisted"] if with_link else ["public"]
    if viewer_id is None:
        return _is_one_of(audience, *open_to)
    follows = exists().where(Follow.follower_id == viewer_id, Follow.followed_id == author_id)
    among_followers = and_(_is_one_of(audience, "followers"), follows)
    return or_(_is_one_of(audience, *open_to, "members"), among_followers)


def blocks(user_id: int | BindParameter[int], other_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition that either of two users has blocked the other."""
    return exists().where(
        or_(
            and_(Block.blocker_id == user_id, Block.blocked_id == other_id),
            and_(Block.blocker_id == other_id, Block.blocked_id == user_id),
        )
    )


def is_listed() -> ColumnElement[bool]:
    """Return the condition that an entry stands in lists and feeds, not on its author's own page alone."""
    return and_(Entry.deleted_on.is_(None), Entry.hidden_on.is_(None), _is_one_of(Entry.audience, *LISTED))


def _is_one_of(audience: AudienceColumn, *audiences: Audience) -> ColumnElement[bool]:
    # written into the statement: parameters would be filled in anew each time, and match no partial index
    return audience.in_([literal_column(f"'{audience}'", String) for audience in audiences])


def _is_present(entry: type[Entry], now: Moment) -> ColumnElement[bool]:
    return and_(entry.deleted_on.is_(None), _is_unexpired(entry, now), entry.author_id.not_in(absent_users()))


@cache
def absent_users() -> Select[int]:
    """Return the ids of users whom nobody sees."""
    return select(User.id).where(is_absent)


def _is_in_trash(viewer: User) -> ColumnElement[bool]:
    return and_(Entry.author_id == viewer.id, Entry.deleted_on.is_not(None), _is_unexpired(Entry, clock.now()))


def _is_unexpired(entry: type[Entry], now: Moment) -> ColumnElement[bool]:
    return or_(entry.expires_on.is_(None), entry.expires_on > now)


def entries_with_authors() -> Select[Entry]:
    """Return the statement of entries of every kind, each with what its kind adds and with its author."""
    every_kind = with_polymorphic(Entry, "*")
    return select(every_kind).join(every_kind.author).options(contains_eager(every_kind.author))


def get_entry(session: Session, viewer: User | None, hash_key: str, kinds: Collection[str]) -> Entry:
    """Return the entry of whatever kind with that hash_key, which the viewer may see; raises NotFound."""
    found = Entry.hash_key == hash_key, visible_to(viewer, with_link=True), Entry.kind.in_(kinds)
    entry = session.scalar(entries_with_authors().where(*found)) if is_hash_key(hash_key) else None
    if entry is None:
        raise NotFound("There is no such entry, or it is not shared with you.")
    return entry


def list_newest(
    session: Session, viewer: User | None, kinds: Collection[str], *, cursor: str | None, limit: int
) -> Page[Entry]:
    """Return what all share, newest first."""
    statement = entries_with_authors().where(visible_to(viewer), is_listed(), Entry.kind.in_(kinds))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def public_to(viewer: User | None) -> ColumnElement[bool]:
    """Return the condition that the whole world may see an entry, and nothing of blocks keeps the viewer from it."""
    return visible_to(None) if viewer is None else visible_to(None) & visible_to(viewer)


def list_public(
    session: Session, kinds: Collection[str], *, viewer: User | None = None, cursor: str | None, limit: int
) -> Page[Entry]:
    """Return what the whole world may see, newest first; to a viewer nothing of whom they block or are blocked by."""
    conditions = public_to(viewer), is_listed(), Entry.kind.in_(kinds)
    return page(session, entries_with_authors().where(*conditions), Entry.id, cursor=cursor, limit=limit)


def list_by_author(
    session: Session,
    viewer: User | None,
    author: User,
    kinds: Collection[str],
    *,
    cursor: str | None,
    limit: int,
) -> Page[Entry]:
    """Return what one author shared; the author's own view also holds what is unlisted or private."""
    is_own = viewer is not None and viewer.id == author.id
    listed = () if is_own else (is_listed(),)
    statement = entries_with_authors().where(
        Entry.author_id == author.id, visible_to(viewer), *listed, Entry.kind.in_(kinds)
    )
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def list_found(
    session: Session,
    viewer: User | None,
    query: SearchQuery,
    kinds: Collection[str],
    *,
    cursor: str | None,
    limit: int,
) -> Page[Entry]:
    """Return what the viewer may see and the query finds, newest first; nothing, where nothing is asked for."""
    found = matches(session, query) if query.wanted else false()
    statement = entries_with_authors().where(visible_to(viewer), found, Entry.kind.in_(kinds))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def list_trash(
    session: Session, viewer: User, kinds: Collection[str], *, cursor: str | None, limit: int
) -> Page[Entry]:
    """Return what the viewer has put into the trash and can still take out."""
    statement = entries_with_authors().where(_is_in_trash(viewer), Entry.kind.in_(kinds))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def get_trashed(session: Session, viewer: User, hash_key: str, kinds: Collection[str]) -> Entry:
    """Return one of the viewer's own entries in the trash; raises NotFound."""
    entry = session.scalar(select(Entry).where(Entry.hash_key == hash_key, _is_in_trash(viewer), Entry.kind.in_(kinds)))
    if entry is None:
        raise NotFound("This is not in your trash.")
    return entry


def list_purgeable(session: Session, trashed_before: datetime, limit: int) -> Sequence[int]:
    """Return ids of entries that have lain in the trash since before that moment, or have expired."""
    return session.scalars(
        select(Entry.id)
        .where(or_(Entry.deleted_on < trashed_before, Entry.expires_on < clock.now()))
        .order_by(Entry.id)
        .limit(limit)
    ).all()


def list_ids_by_author(session: Session, author_id: int, limit: int) -> Sequence[int]:
    """Return ids of what an author shared, the trash included: for the purge."""
    return session.scalars(select(Entry.id).where(Entry.author_id == author_id).limit(limit)).all()


def list_hash_keys(session: Session, entry_ids: Sequence[int]) -> Sequence[str]:
    """Return the hash_keys of these entries, whoever may see them."""
    return session.scalars(select(Entry.hash_key).where(Entry.id.in_(entry_ids))).all()


def list_descendant_ids(session: Session, entry: Entry) -> Sequence[int]:
    """Return ids of all that answers the entry, and what answers that, whoever may see it."""
    return session.scalars(select(Ancestor.entry_id).where(Ancestor.ancestor_id == entry.id)).all()


def list_by_ids(session: Session, entry_ids: Sequence[int]) -> Sequence[Entry]:
    """Return entries that were found visible a moment ago, whole, with their authors, in any order."""
    return session.scalars(entries_with_authors().where(Entry.id.in_(entry_ids))).all()


def list_own(session: Session, author: User, kinds: Collection[str], after_id: int, limit: int) -> Sequence[Entry]:
    """Return the author's entries, those in the trash too, oldest first, from after an id: for export."""
    statement = entries_with_authors().where(Entry.author_id == author.id, Entry.id > after_id, Entry.kind.in_(kinds))
    return session.scalars(statement.order_by(Entry.id).limit(limit)).all()


def list_all(session: Session, kinds: Collection[str], after_id: int, limit: int) -> Sequence[Entry]:
    """Return entries of all authors, oldest first, from after an id: for rebuilding the index."""
    every_kind = with_polymorphic(Entry, "*")
    statement = select(every_kind).where(every_kind.id > after_id, every_kind.kind.in_(kinds))
    return session.scalars(statement.order_by(every_kind.id).limit(limit)).all()


def find_export(session: Session, user: User) -> Export | None:
    """Return the user's newest export, if there is one."""
    return session.scalar(select(Export).where(Export.user_id == user.id).order_by(Export.id.desc()).limit(1))


def list_exports(session: Session, *, state: str | None = None, before: datetime | None = None) -> Sequence[Export]:
    """Return exports in that state, or made before that moment."""
    statement = select(Export)
    if state is not None:
        statement = statement.where(Export.state == state)
    if before is not None:
        statement = statement.where(Export.created_on < before)
    return session.scalars(statement).all()
