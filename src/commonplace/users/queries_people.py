"""Every list of people: members, followers, followed, whom one blocks and mutes, whom one might follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from commonplace.core.pagination import Page, page
from commonplace.users.models import Block, Follow, Mute, User
from commonplace.users.queries_relations import shown_to
from commonplace.users.rules import fold_username, is_storable

SUGGESTED = 5
ASKED = 200
"""How many are looked at: of those one follows the latest, of everybody the most followed. So a page costs the same."""


@dataclass(frozen=True)
class Suggestion:
    """Somebody whom a user might follow, and how many of those whom the user follows do so; 0 where none does."""

    person: User
    followed_by: int


def list_members(session: Session, viewer: User, prefix: str, *, cursor: str | None, limit: int) -> Page[User]:
    """Return everybody here whose name begins so, all for an empty prefix, the newest members first."""
    if not is_storable(prefix):
        return Page((), None)
    members = select(User).where(*shown_to(viewer))
    if prefix:
        members = members.where(User.folded.startswith(fold_username(prefix), autoescape=True))
    return page(session, members, User.id, cursor=cursor, limit=limit)


def list_followers(
    session: Session, viewer: User | None, person: User, *, cursor: str | None, limit: int
) -> Page[User]:
    """Return who follows the person, the newest members first."""
    followers = select(User).join(Follow, Follow.follower_id == User.id).where(Follow.followed_id == person.id)
    return page(session, followers.where(*shown_to(viewer)), User.id, cursor=cursor, limit=limit)


def list_followed(session: Session, viewer: User | None, person: User, *, cursor: str | None, limit: int) -> Page[User]:
    """Return whom the person follows, the newest members first."""
    followed = select(User).join(Follow, Follow.followed_id == User.id).where(Follow.follower_id == person.id)
    return page(session, followed.where(*shown_to(viewer)), User.id, cursor=cursor, limit=limit)


def list_blocked_and_muted(session: Session, user: User, *, cursor: str | None, limit: int) -> Page[User]:
    """Return whom the user blocks or mutes, who may block the user too, the newest members first."""
    blocked = select(Block.blocked_id).where(Block.blocker_id == user.id)
    muted = select(Mute.muted_id).where(Mute.muter_id == user.id)
    people = select(User).where(or_(User.id.in_(blocked), User.id.in_(muted)), *shown_to(None))
    return page(session, people, User.id, cursor=cursor, limit=limit)


def list_suggestions(session: Session, user: User, limit: int = SUGGESTED) -> Sequence[Suggestion]:
    """Return whom the user might follow: whom most of those they follow do, or else whom most people here do.

    One query where the first finds anybody, else two.
    """
    number = func.count().label("number")
    by_all = select(Follow.followed_id, number).group_by(Follow.followed_id)
    by_followed = by_all.where(Follow.follower_id.in_(_latest_followed(user)))
    if found := _most_followed(session, by_followed, user, limit):
        return found
    most = by_all.order_by(number.desc(), Follow.followed_id.desc()).limit(ASKED)
    return [Suggestion(each.person, 0) for each in _most_followed(session, most, user, limit)]


def _most_followed(session: Session, counted: Select[int, int], user: User, limit: int) -> Sequence[Suggestion]:
    ranked = counted.subquery()
    rows = session.execute(
        select(User, ranked.c.number)
        .join(ranked, ranked.c.followed_id == User.id)
        .where(*shown_to(user), *_is_new_to(user))
        .order_by(ranked.c.number.desc(), User.id.desc())
        .limit(limit)
    )
    return [Suggestion(person, number) for person, number in rows]


def _is_new_to(user: User) -> tuple[ColumnElement[bool], ...]:
    followed = select(Follow.followed_id).where(Follow.follower_id == user.id)
    muted = select(Mute.muted_id).where(Mute.muter_id == user.id)
    return User.id != user.id, User.id.not_in(followed), User.id.not_in(muted)


def _latest_followed(user: User) -> Select[int]:
    present = shown_to(None, Follow.followed_id)
    followed = select(Follow.followed_id).where(Follow.follower_id == user.id, *present)
    return followed.order_by(Follow.created_on.desc(), Follow.followed_id.desc()).limit(ASKED)
