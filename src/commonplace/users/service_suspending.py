"""Suspending: a moderator puts somebody out of sight and out of the house, and lets them in again."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.events import announce
from commonplace.core.house import House
from commonplace.users.events import user_suspended, user_unsuspended
from commonplace.users.models import User
from commonplace.users.service_devices import delete_devices
from commonplace.users.service_mail import mail_suspended, mail_unsuspended
from commonplace.users.service_tokens import delete_tokens


def suspend_user(session: Session, house: House, user: User) -> bool:
    """Let nobody see the user or what they shared, sign them out everywhere, and tell whether that is new.

    For moderators, who check that they may. What is left to the user is to take their data with them.
    """
    is_in_force = User.suspended_on.is_not(None)
    suspended = update(User).where(User.id == user.id, ~is_in_force).values(suspended_on=clock.now())
    if session.scalar(suspended.returning(User.id)) is None:
        return False  # another moderator was faster
    session.refresh(user)
    delete_devices(session, user)
    delete_tokens(session, user)
    announce(user_suspended, session, user=user)
    mail_suspended(session, house, user)
    return True


def unsuspend_user(session: Session, house: House, user: User) -> bool:
    """Let the user in again, and others see them, and tell whether that is new; devices and tokens do not come back."""
    is_in_force = User.suspended_on.is_not(None)
    unsuspended = update(User).where(User.id == user.id, is_in_force).values(suspended_on=None)
    if session.scalar(unsuspended.returning(User.id)) is None:
        return False
    session.refresh(user)
    announce(user_unsuspended, session, user=user)
    mail_unsuspended(session, house, user)
    return True
