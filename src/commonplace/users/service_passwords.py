"""Passwords: how one is changed, and how one that was forgotten is replaced."""

from sqlalchemy.orm import Session

from commonplace.core.house import House
from commonplace.users.models import Device, User
from commonplace.users.passwords import is_outdated
from commonplace.users.queries import find_user_by_login
from commonplace.users.rules_sign_in import check_password
from commonplace.users.service import verify_email
from commonplace.users.service_devices import delete_devices
from commonplace.users.service_mail import mail_password_changed, mail_reset
from commonplace.users.service_tokens import delete_tokens


def upgrade_hash(session: Session, user: User, password: str) -> None:
    """Keep the user's password, which this is, by today's rules where it was hashed by older ones."""
    if is_outdated(user.password):
        user.password = password
        session.flush()


def change_password(session: Session, house: House, user: User, password: str, *, device: Device | None = None) -> None:
    """Give the account another password; every device but that one is signed out, every token revoked."""
    check_password(password, username=user.username, email=user.email)
    user.password = password
    delete_devices(session, user, but=device)
    delete_tokens(session, user)
    session.flush()
    mail_password_changed(session, house, user)


def request_reset(session: Session, house: House, email: str) -> None:
    """Mail a link to whoever has an account with that address; nobody is told whether there is one."""
    user = find_user_by_login(session, email) if "@" in email else None
    if user is not None:
        mail_reset(session, house, user)


def reset_password(session: Session, house: House, user: User, password: str) -> None:
    """Give the account the password that its owner chose by the link in their mail, which proves the address."""
    change_password(session, house, user, password)
    verify_email(session, user)
