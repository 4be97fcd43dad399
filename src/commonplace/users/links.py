"""Signed links: each good for one user, one purpose and some time, and dead once what it was made for has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from commonplace.core.errors import NotFound
from commonplace.core.house import House
from commonplace.users.models import User
from commonplace.users.queries import find_row


@dataclass(frozen=True)
class Purpose:
    """What a link is for: `state` is what of the user must still be as it was when the link was made."""

    name: str
    path: str
    age: timedelta
    state: Callable[[User], str]


RESET = Purpose("reset", "/users/reset/", timedelta(hours=2), lambda user: user.password + user.email_folded)
VERIFY = Purpose("verify", "/users/verify/", timedelta(days=7), lambda user: user.email_folded)
REOPEN = Purpose("reopen", "/users/reopen/", timedelta(minutes=10), lambda user: f"{user.password}{user.closed_on}")
SUSPENDED = Purpose(
    "suspended", "/users/suspended", timedelta(hours=1), lambda user: f"{user.password}{user.suspended_on}"
)


def make_token(house: House, purpose: Purpose, user: User) -> str:
    """Return the signed part of a link."""
    return _serializer(house, purpose).dumps([user.id, _digest(purpose, user)])


def make_link(house: House, purpose: Purpose, user: User) -> str:
    """Return a whole address, fit for a mail or a terminal."""
    return f"{house.settings.site_url}{purpose.path}{make_token(house, purpose, user)}"


def get_user_by_link(session: Session, house: House, purpose: Purpose, token: str) -> User:
    """Return whose link it is; raises NotFound where it is too old, was used, or never was one."""
    try:
        user_id, digest = _serializer(house, purpose).loads(token, max_age=int(purpose.age.total_seconds()))
    except BadData:
        raise _dead() from None
    user = find_row(session, User, user_id)
    if user is None or digest != _digest(purpose, user):
        raise _dead()
    return user


def _serializer(house: House, purpose: Purpose) -> URLSafeTimedSerializer:
    oldest_first = list(reversed(house.keys.signing_keys))
    return URLSafeTimedSerializer(oldest_first, salt=f"commonplace.users.{purpose.name}")


def _digest(purpose: Purpose, user: User) -> str:
    return sha256(purpose.state(user).encode()).hexdigest()[:32]


def _dead() -> NotFound:
    return NotFound("This link is too old or was used before: ask for a new one.")
