"""From what waits to a mail: claimed, worded and handed to the outbox in one transaction: so it is written once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.entries.kinds import Kind, known_kinds
from commonplace.mail.service import queue_mail
from commonplace.notifications import queries_mail as queries
from commonplace.notifications.models import Cadence, Digest, Notification
from commonplace.notifications.queries import is_told
from commonplace.notifications.rules import is_due
from commonplace.notifications.sentences import Sentence, make_sentence
from commonplace.notifications.unsubscribing import unsubscribe_link
from commonplace.users.models import User

MOST_IN_A_MAIL = 50
TITLES: Mapping[Cadence, str] = {"daily": "Your day", "weekly": "Your week"}


def mail_due(session: Session, house: House, user_id: int, cadence: Cadence) -> bool:
    """Queue the user's next mail of that cadence where it is due, and tell whether there was something to say.

    What was read, may no longer be seen, or has no confirmed address to go to, is mailed never.
    """
    user = queries.find_recipient(session, user_id)
    waiting = queries.find_waiting(session, user_id, cadence) if user is not None else None
    if user is None or waiting is None or not is_due(cadence, waiting.oldest_on, waiting.sent_on, clock.now()):
        return False
    ids = _claim(session, user, cadence) if _is_reached(user) else []
    _give_up_the_rest(session, user, cadence)
    if not ids:
        return False
    _write(session, house, user, cadence, sorted(ids))
    if cadence != "immediately":
        session.merge(Digest(user_id=user.id, cadence=cadence, sent_on=clock.now()))
    return True


def _is_reached(user: User) -> bool:
    return user.email_verified_on is not None and user.is_present


def _claim(session: Session, user: User, cadence: Cadence) -> Sequence[int]:
    to_tell = (queries.waits(user.id, cadence), Notification.read_on.is_(None), is_told(user))
    claim = update(Notification).where(*to_tell).values(mailed_on=clock.now()).returning(Notification.id)
    return session.scalars(claim, execution_options={"synchronize_session": False}).all()


def _give_up_the_rest(session: Session, user: User, cadence: Cadence) -> None:
    # named as they are: something new may have come in the meantime, which waits for the next mail
    read_or_unseen = (or_(Notification.read_on.is_not(None), ~is_told(user)),) if _is_reached(user) else ()
    rest = update(Notification).where(queries.waits(user.id, cadence), *read_or_unseen).values(cadence="never")
    session.execute(rest, execution_options={"synchronize_session": False})


def _write(session: Session, house: House, user: User, cadence: Cadence, ids: Sequence[int]) -> None:
    kinds = _offered_kinds(house)
    shown = queries.list_told(session, user, kinds, ids[-MOST_IN_A_MAIL:])
    sentences = [make_sentence(notification, kinds) for notification in shown]
    queue_mail(
        session,
        house,
        recipient=user.email,
        template="notifications/mail/news",
        subject=f"{house.settings.site_name}: {_subject(sentences[0], len(ids) - 1, cadence)}",
        unsubscribe_url=unsubscribe_link(house, user, cadence),
        username=user.username,
        sentences=sentences,
        has_more=len(ids) > MOST_IN_A_MAIL,
        cadence=cadence,
    )


def _subject(first: Sentence, others: int, cadence: Cadence) -> str:
    told = f"{first.actor} {first.phrase}"
    if others:
        told += f", and {others} more"
    return f"{TITLES[cadence]}: {told}" if cadence in TITLES else told


def _offered_kinds(house: House) -> Mapping[str, Kind]:
    packages = house.settings.kinds
    return {name: kind for name, kind in known_kinds().items() if not packages or kind.package in packages}
