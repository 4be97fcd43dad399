"""Every SELECT of notifications, and the one condition of what a user is told: when written, listed, counted, mailed.

An entry in it is seen as by its link: whoever is answered, named or liked is given it.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, contains_eager, with_polymorphic

from commonplace.core.db import BigId
from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page, page
from commonplace.entries.models import Entry
from commonplace.entries.queries import absent_users, blocks, seen_by, visibility, visible_to
from commonplace.notifications.models import EVENTS, Choice, Event, Notification
from commonplace.notifications.rules import DEFAULTS, MOST_COUNTED, Channels, hears_of_reports
from commonplace.users.models import Mute, User


def is_told(viewer: User) -> ColumnElement[bool]:
    """Return the condition that a notification is the viewer's, and of somebody and something they may know of."""
    return _is_told(viewer.id, visible_to(viewer, with_link=True), of_reports=hears_of_reports(viewer))


def _is_told(
    viewer_id: int | BindParameter[int], visible: ColumnElement[bool], *, of_reports: bool
) -> ColumnElement[bool]:
    concerns = _concerns(
        viewer_id,
        visible,
        of_reports=of_reports,
        event=Notification.event,
        actor_id=Notification.actor_id,
        entry_id=Notification.entry_id,
    )
    return and_(Notification.user_id == viewer_id, concerns)


def _concerns(
    viewer_id: int | BindParameter[int],
    visible: ColumnElement[bool],
    *,
    of_reports: bool,
    event: SQLColumnExpression[Any],
    actor_id: SQLColumnExpression[Any],
    entry_id: SQLColumnExpression[Any],
) -> ColumnElement[bool]:
    muted = exists().where(Mute.muter_id == viewer_id, Mute.muted_id == actor_id)
    seen = select(Entry.id).where(Entry.id == entry_id, visible).correlate(Notification)
    personal = and_(~muted, ~blocks(viewer_id, actor_id), or_(entry_id.is_(None), seen.exists()))
    is_report = event == "reported"
    told = or_(is_report, personal) if of_reports else and_(~is_report, personal)
    return and_(actor_id.not_in(absent_users()), told)


def may_tell(session: Session, user: User, event: Event, actor: User, entry: Entry | None) -> bool:
    """Tell whether the user would be told this now; nobody is who is absent."""
    concerns = _concerns(
        user.id,
        visible_to(user, with_link=True),
        of_reports=hears_of_reports(user),
        event=literal(event),
        actor_id=literal(actor.id, BigId),
        entry_id=literal(None if entry is None else entry.id, BigId),
    )
    is_here = literal(user.id, BigId).not_in(absent_users())
    return session.scalar(select(and_(is_here, concerns))) is True


def list_events(session: Session, user: User, actor: User, entry: Entry) -> Sequence[Event]:
    """Return what the user was told of that actor and entry."""
    same = (Notification.user_id == user.id, Notification.actor_id == actor.id, Notification.entry_id == entry.id)
    return session.scalars(select(Notification.event).where(*same)).all()


def with_details(viewer: User, kinds: Collection[str]) -> Select[Notification]:
    """Return the SELECT of notifications with who did it, whom it is about, and the entry where it is shown."""
    every_kind = with_polymorphic(Entry, "*")
    is_shown = and_(
        every_kind.id == Notification.entry_id, visible_to(viewer, with_link=True), every_kind.kind.in_(kinds)
    )
    about = aliased(User)
    return (
        select(Notification)
        .join(Notification.actor)
        .outerjoin(every_kind, is_shown)
        .outerjoin(Notification.about.of_type(about))
        .options(
            contains_eager(Notification.actor),
            contains_eager(Notification.entry.of_type(every_kind)),
            contains_eager(Notification.about.of_type(about)),
        )
    )


def list_notifications(
    session: Session, viewer: User, kinds: Collection[str], *, cursor: str | None, limit: int
) -> Page[Notification]:
    """Return what stands on the viewer's page, newest first."""
    statement = with_details(viewer, kinds).where(is_told(viewer), Notification.is_on_page)
    return page(session, statement, Notification.id, cursor=cursor, limit=limit)


def get_notification(session: Session, viewer: User, notification_id: int, kinds: Collection[str]) -> Notification:
    """Return one of the viewer's notifications, mailed ones included; raises NotFound."""
    statement = with_details(viewer, kinds).where(is_told(viewer), Notification.id == notification_id)
    notification = session.scalar(statement)
    if notification is None:
        raise NotFound("What you were told of is not there any more, or is no longer shared with you.")
    return notification


def count_unread(session: Session, viewer: User) -> int:
    """Return how many notifications the viewer has not read, counted up to 100."""
    return session.scalar(_unread(of_reports=hears_of_reports(viewer)), seen_by(viewer)) or 0


@cache
def _unread(*, of_reports: bool) -> Select[int]:
    # made once, as it is asked for with every page
    told = _is_told(
        bindparam("viewer_id", type_=BigId), visibility(is_user=True, with_link=True), of_reports=of_reports
    )
    unread = select(Notification.id).where(told, is_unread()).limit(MOST_COUNTED)
    return select(func.count()).select_from(unread.subquery())


def is_unread() -> ColumnElement[bool]:
    """Return the condition that a notification stands on the page and was not read."""
    return and_(Notification.read_on.is_(None), Notification.is_on_page)


def list_unread_of(session: Session, viewer: User, entry_ids: Sequence[int]) -> Sequence[int]:
    """Return ids of what the viewer has not read about these entries."""
    statement = select(Notification.id).where(is_told(viewer), is_unread(), Notification.entry_id.in_(entry_ids))
    return session.scalars(statement).all()


def list_unread_user_ids(session: Session, which: ColumnElement[bool]) -> Sequence[int]:
    """Return the ids of users who have not read some of those notifications."""
    statement = select(Notification.user_id).where(is_unread(), which).distinct()
    return session.scalars(statement.order_by(Notification.user_id)).all()


def find_author(session: Session, entry_id: int) -> User | None:
    """Return who shared the entry, unless it is gone."""
    return session.scalar(select(User).join(Entry, Entry.author_id == User.id).where(Entry.id == entry_id))


def list_channels(session: Session, user: User) -> Mapping[Event, Channels]:
    """Return by which ways the user hears of each sort of event, by choice or by default."""
    chosen = session.scalars(select(Choice).where(Choice.user_id == user.id))
    channels = {row.event: Channels(row.is_on_page, row.is_live, row.cadence) for row in chosen}
    return {event: channels.get(event, DEFAULTS[event]) for event in EVENTS}
