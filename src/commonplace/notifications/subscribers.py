"""All that notifications listen to, each connected once: what happens below, and what is then told live."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.house import house_of
from commonplace.entries.events import (
    entry_liked,
    entry_shared,
    entry_unliked,
    mentions_edited,
    users_mentioned,
    visibility_changed,
)
from commonplace.entries.models import Entry
from commonplace.entries.queries_threads import thread_ids
from commonplace.live.service import tell
from commonplace.notifications.events import unread_changed
from commonplace.notifications.models import Notification
from commonplace.notifications.queries import find_author, list_unread_user_ids
from commonplace.notifications.rules import is_news
from commonplace.notifications.service import notify, withdraw, withdraw_mentions
from commonplace.users.events import (
    user_closed,
    user_followed,
    user_reopened,
    user_suspended,
    user_unfollowed,
    user_unsuspended,
)
from commonplace.users.models import User


@unread_changed.connect
def _let_pages_ask(session: Session, user_ids: Iterable[int]) -> None:
    # no number is told: of two transactions at once, neither knows what both will have made of it
    for user_id in user_ids:
        tell(session, house_of(session), user_id, "unread", {})


@visibility_changed.connect
def _tell_whom_they_concern(session: Session, which: ColumnElement[bool]) -> None:
    _let_pages_ask(session, list_unread_user_ids(session, Notification.entry_id.in_(thread_ids(which))))


@user_suspended.connect
@user_unsuspended.connect
@user_closed.connect
@user_reopened.connect
def _tell_who_heard_of_them(session: Session, user: User) -> None:
    _let_pages_ask(session, list_unread_user_ids(session, Notification.actor_id == user.id))


@user_followed.connect
def _tell_who_is_followed(session: Session, follower: User, followed: User) -> None:
    notify(session, user=followed, event="followed", actor=follower)


@user_unfollowed.connect
def _forget_who_followed(session: Session, follower: User, followed: User) -> None:
    withdraw(session, user_id=followed.id, event="followed", actor=follower)


@entry_shared.connect
def _tell_who_is_answered(session: Session, entry: Entry) -> None:
    if entry.parent_id is None or not _is_news(entry):
        return
    answered, author = find_author(session, entry.parent_id), session.get_one(User, entry.author_id)
    if answered is not None:
        notify(session, user=answered, event="replied", actor=author, entry=entry)


@users_mentioned.connect
def _tell_who_is_mentioned(session: Session, entry: Entry, users: Sequence[User]) -> None:
    if not _is_news(entry):
        return
    author = session.get_one(User, entry.author_id)
    for user in users:
        notify(session, user=user, event="mentioned", actor=author, entry=entry)


@mentions_edited.connect
def _forget_who_is_mentioned_no_longer(session: Session, entry: Entry, users: Sequence[User]) -> None:
    withdraw_mentions(session, entry, but=users)


@entry_liked.connect
def _tell_whose_is_liked(session: Session, entry: Entry, user: User) -> None:
    notify(session, user=session.get_one(User, entry.author_id), event="liked", actor=user, entry=entry)


@entry_unliked.connect
def _forget_who_liked(session: Session, entry: Entry, user: User) -> None:
    withdraw(session, user_id=entry.author_id, event="liked", actor=user, entry=entry)


def _is_news(entry: Entry) -> bool:
    return is_news(entry.edited_on or entry.created_on, clock.now())
