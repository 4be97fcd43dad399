"""What a browser's cookie keeps of a sign-in: the device's token, or the proof of a closed or suspended account."""

from flask import request
from flask import session as cookie
from flask_login import login_user, logout_user

from commonplace.core.errors import NotFound
from commonplace.users.links import REOPEN, SUSPENDED, Purpose, get_user_by_link, make_token
from commonplace.users.models import User
from commonplace.users.service_devices import create_device
from commonplace.web.current import house, session

CLOSED_ACCOUNT = "closed_account"
SUSPENDED_ACCOUNT = "suspended_account"


def enter(user: User, *, is_remembered: bool) -> None:
    """Sign the user in; with a new cookie, as the old one may be known to others."""
    device, token = create_device(
        session(),
        user,
        agent=request.user_agent.string,
        address=request.remote_addr or "",
        is_remembered=is_remembered,
    )
    cookie.clear()
    user.device, user.device_token = device, token
    login_user(user)
    cookie.pop("_id")  # Flask-Login's hash of address and browser, for a protection that is off
    cookie.permanent = is_remembered


def leave() -> None:
    """Forget in this browser who was signed in."""
    logout_user()
    cookie.clear()


def note_closed(user: User) -> None:
    """Keep for some minutes that the closed account's password was given here."""
    cookie[CLOSED_ACCOUNT] = make_token(house(), REOPEN, user)


def get_closed_user() -> User:
    """Return whose closed account may be reopened here; raises NotFound where there is none, or too late."""
    return _get_noted(CLOSED_ACCOUNT, REOPEN)


def note_suspended(user: User) -> None:
    """Keep for an hour that the suspended account's password was given here."""
    cookie[SUSPENDED_ACCOUNT] = make_token(house(), SUSPENDED, user)


def get_suspended_user() -> User:
    """Return whose account, which is suspended, may be exported here; raises NotFound as the above."""
    return _get_noted(SUSPENDED_ACCOUNT, SUSPENDED)


def _get_noted(name: str, purpose: Purpose) -> User:
    if name not in cookie:
        raise NotFound("Sign in first.")
    return get_user_by_link(session(), house(), purpose, cookie[name])
