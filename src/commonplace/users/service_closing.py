"""How accounts end: closed at once, to be opened again for a fortnight, then purged for ever."""

from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.events import announce
from commonplace.core.house import House
from commonplace.users.events import user_closed, user_purged, user_reopened
from commonplace.users.models import RetiredUsername, User
from commonplace.users.service import check_not_last_owner
from commonplace.users.service_devices import delete_devices
from commonplace.users.service_mail import mail_closed
from commonplace.users.service_tokens import delete_tokens


def close_account(session: Session, house: House, user: User) -> None:
    """Hide the user and sign them out everywhere; signing in within the grace offers to keep the account.

    Raises Conflict for the only owner.
    """
    check_not_last_owner(session, user)
    user.closed_on = clock.now()
    delete_devices(session, user)
    delete_tokens(session, user)
    session.flush()
    announce(user_closed, session, user=user)
    mail_closed(session, house, user)


def reopen_account(session: Session, user: User) -> None:
    """Let the account be as it was; its devices and tokens do not come back."""
    user.closed_on = None
    session.flush()
    announce(user_reopened, session, user=user)


def purge_account(session: Session, user: User) -> None:
    """Remove the user with all that is theirs; only their names stay, so that nobody takes them."""
    announce(user_purged, session, user=user)
    session.add(RetiredUsername(folded=user.folded, skeleton=user.skeleton))
    session.delete(user)
    session.flush()
