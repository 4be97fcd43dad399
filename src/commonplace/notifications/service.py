"""Every write of notifications: told once, taken back, read; and by which channels a user wants to hear of what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.events import announce
from commonplace.entries.models import Entry
from commonplace.notifications import events, queries, rules
from commonplace.notifications.models import Cadence, Choice, Event, Notification
from commonplace.notifications.rules import Channels
from commonplace.users.models import User


def notify(
    session: Session,
    *,
    user: User,
    event: Event,
    actor: User,
    entry: Entry | None = None,
    about: User | None = None,
    occasion: int | None = None,
) -> bool:
    """Tell the user what `actor` did, on which entry or about which person, and say whether they had to be told.

    Nobody is told of their own acts, of what they may not see, twice, or by no channel at all. What may happen again
    and is told again then has an `occasion`, the number of its own row.
    """
    if user.id == actor.id or not queries.may_tell(session, user, event, actor, entry):
        return False
    channels = queries.list_channels(session, user)[event]
    if not channels.is_on_page and channels.cadence == "never":
        return False
    if entry is not None and _is_outdone(session, user, event, actor, entry):
        return False
    entry_id = None if entry is None else entry.id
    is_new = _add(
        session,
        channels,
        user_id=user.id,
        event=event,
        subject=rules.subject_of(actor.id, entry_id=entry_id, occasion=occasion),
        actor_id=actor.id,
        entry_id=entry_id,
        about_id=None if about is None else about.id,
    )
    if is_new and channels.is_on_page and channels.is_live:
        announce(events.unread_changed, session, user_ids=[user.id])
    return is_new


def _is_outdone(session: Session, user: User, event: Event, actor: User, entry: Entry) -> bool:
    """Tell whether the user was told more of the same already; take back what says less."""
    told = queries.list_events(session, user, actor, entry)
    if any(event in rules.LESSER.get(other, ()) for other in told):
        return True
    for lesser in rules.LESSER.get(event, frozenset()).intersection(told):
        withdraw(session, user_id=user.id, event=lesser, actor=actor, entry=entry)
    return False


def _add(session: Session, channels: Channels, **values: Any) -> bool:
    ways = {"is_on_page": channels.is_on_page, "cadence": channels.cadence}
    row = _insert(session, Notification).values(created_on=clock.now(), **ways, **values)
    return session.scalar(row.on_conflict_do_nothing().returning(Notification.id)) is not None


def withdraw(session: Session, *, user_id: int, event: Event, actor: User, entry: Entry | None = None) -> None:
    """Take back what was undone before the user read it or was sent a mail of it."""
    subject = rules.subject_of(actor.id, entry_id=None if entry is None else entry.id)
    _withdraw(session, Notification.user_id == user_id, Notification.event == event, Notification.subject == subject)


def withdraw_mentions(session: Session, entry: Entry, *, but: Sequence[User]) -> None:
    """Take back that an entry mentions anybody but these users, as far as they did not read it or get a mail of it."""
    others = Notification.user_id.not_in([user.id for user in but])
    _withdraw(session, Notification.entry_id == entry.id, Notification.event == "mentioned", others)


def _withdraw(session: Session, *which: ColumnElement[bool]) -> None:
    unnoticed = (Notification.read_on.is_(None), Notification.mailed_on.is_(None))
    _run_and_tell(session, delete(Notification).where(*which, *unnoticed))


def mark_all_read(session: Session, user: User, *, up_to: int | None = None) -> None:
    """Note that the user has read what stands on their page, as far as to that id; later ones may be unseen."""
    seen = () if up_to is None else (Notification.id <= up_to,)
    _mark_read(session, and_(Notification.user_id == user.id, *seen))


def mark_read(session: Session, ids: Sequence[int]) -> None:
    """Note that these were read."""
    _mark_read(session, Notification.id.in_(ids))


def _mark_read(session: Session, which: ColumnElement[bool]) -> None:
    _run_and_tell(session, update(Notification).where(which, queries.is_unread()).values(read_on=clock.now()))


def choose_channels(session: Session, user: User, chosen: Mapping[Event, Channels]) -> None:
    """Let the user hear of each of these events by those channels; what waits to be mailed goes the new way too."""
    for event, channels in chosen.items():
        values = vars(channels)
        row = _insert(session, Choice).values(user_id=user.id, event=event, **values)
        session.execute(row.on_conflict_do_update(index_elements=["user_id", "event"], set_=values))
        waits = (Notification.user_id == user.id, Notification.event == event, Notification.mailed_on.is_(None))
        change = update(Notification).where(*waits, Notification.cadence != "never")
        session.execute(change.values(cadence=channels.cadence), execution_options={"synchronize_session": False})


def stop_mails(session: Session, user: User, cadence: Cadence) -> None:
    """Let the user be sent no more mails of that cadence, whatever it is about; does nothing where there are none."""
    present = queries.list_channels(session, user)
    stopped = {
        event: Channels(channels.is_on_page, channels.is_live, "never")
        for event, channels in present.items()
        if channels.cadence == cadence
    }
    choose_channels(session, user, stopped)


def _insert(session: Session, table: type[Notification | Choice]) -> Any:
    # both dialects' inserts can do what SQLAlchemy's own cannot: leave a row alone that is there already
    insert: Callable[..., Any] = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def _run_and_tell(session: Session, change: Delete | Update) -> None:
    options = {"synchronize_session": False}
    changed = session.scalars(change.returning(Notification.user_id), execution_options=options)
    if user_ids := set(changed):
        announce(events.unread_changed, session, user_ids=user_ids)
