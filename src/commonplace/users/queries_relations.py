"""What stands between a viewer and other people, and who of them is shown to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commonplace.core.db import BigId
from commonplace.core.errors import NotFound
from commonplace.users.models import Block, Follow, Mute, User, is_absent
from commonplace.users.queries import find_bearer, find_row


@dataclass(frozen=True)
class Relation:
    """What the viewer is to a person and the person to the viewer, told as to the viewer."""

    is_followed: bool = False
    follows_you: bool = False
    is_blocked: bool = False
    blocks_you: bool = False
    is_muted: bool = False


@dataclass(frozen=True)
class FollowCounts:
    """How many people follow a person, and how many the person follows."""

    followers: int
    followed: int


NONE = Relation()


def shown_to(viewer: User | None, user_id: InstrumentedAttribute[int] = User.id) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that the viewer may know of a user: they are here, and neither blocks the other."""
    is_present = user_id.not_in(select(User.id).where(is_absent))
    if viewer is None:
        return (is_present,)
    blocked_by_viewer = select(Block.blocked_id).where(Block.blocker_id == viewer.id)
    blocking_viewer = select(Block.blocker_id).where(Block.blocked_id == viewer.id)
    return is_present, user_id.not_in(blocked_by_viewer), user_id.not_in(blocking_viewer)


def get_relation(session: Session, viewer: User | None, person: User, *, to_end: bool = False) -> Relation:
    """Return what stands between the viewer and a person, with one query.

    Raises NotFound where the person is absent or blocks the viewer, who must not know that they are there. Whom a
    viewer follows, blocks or mutes they know: `to_end` lets that be ended whatever became of the other.
    """
    if viewer is not None and viewer.id == person.id:
        return NONE
    relation = list_relations(session, viewer, [person])[person.id]
    is_theirs = relation.is_followed or relation.is_blocked or relation.is_muted
    if (person.is_present and not relation.blocks_you) or (to_end and is_theirs):
        return relation
    raise NotFound("There is no such user.")


def get_known_user(session: Session, viewer: User | None, key: int | str, *, to_end: bool = False) -> User:
    """Return who has that id or bears that name, as far as the viewer may know of them; raises as `get_relation`."""
    person = find_row(session, User, key) if isinstance(key, int) else find_bearer(session, key)
    if person is None:
        raise NotFound("There is no such user.")
    get_relation(session, viewer, person, to_end=to_end)
    return person


def list_relations(session: Session, viewer: User | None, people: Iterable[User]) -> Mapping[int, Relation]:
    """Return what stands between the viewer and each of these people, by their id, with one query for all."""
    ids = {person.id for person in people}
    if viewer is None or not ids:
        return dict.fromkeys(ids, NONE)
    rows = session.execute(_relations(), {"viewer_id": viewer.id, "ids": ids})
    return {person_id: Relation(*facts) for person_id, *facts in rows}


@cache
def _relations() -> Select[int, bool, bool, bool, bool, bool]:
    # made once, as it is asked for with every page of people
    me = bindparam("viewer_id", type_=BigId)
    return select(
        User.id,
        exists().where(Follow.follower_id == me, Follow.followed_id == User.id),
        exists().where(Follow.follower_id == User.id, Follow.followed_id == me),
        exists().where(Block.blocker_id == me, Block.blocked_id == User.id),
        exists().where(Block.blocker_id == User.id, Block.blocked_id == me),
        exists().where(Mute.muter_id == me, Mute.muted_id == User.id),
    ).where(User.id.in_(bindparam("ids", expanding=True)))


def count_follows(session: Session, viewer: User | None, person: User) -> FollowCounts:
    """Return the numbers of those in `list_followers` and `list_followed`, with one query."""
    followers = select(func.count()).where(Follow.followed_id == person.id, *shown_to(viewer, Follow.follower_id))
    followed = select(func.count()).where(Follow.follower_id == person.id, *shown_to(viewer, Follow.followed_id))
    row = session.execute(select(followers.scalar_subquery(), followed.scalar_subquery())).one()
    return FollowCounts(*row)
