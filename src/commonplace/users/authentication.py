"""Who is at the door: by name and password, by a device's cookie on the pages, by a header on the API."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from flask import g, request
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from commonplace.api.version import is_api_request
from commonplace.core import clock
from commonplace.core.errors import Forbidden, Invalid, invalid_field
from commonplace.users.models import Scope, User
from commonplace.users.passwords import is_password
from commonplace.users.queries import find_user_by_login
from commonplace.users.queries_access import find_api_token, find_device
from commonplace.users.rules import fold_email, fold_username
from commonplace.users.rules_sign_in import SCOPES, is_due
from commonplace.users.service_devices import touch_device
from commonplace.users.service_tokens import touch_token
from commonplace.web.current import house, is_reading, is_unattended, session
from commonplace.web.limits import Attempts
from commonplace.web.unit_of_work import aside

WRONG = "The name or the password is wrong."
SUSPENDED = "This account is suspended. Sign in on the site itself to take your data with you."
per_account = Attempts("10 per 15 minutes")
per_address = Attempts("50 per 15 minutes")
mails_per_mailbox = Attempts("5 per hour")
mails_per_address = Attempts("30 per hour")
sign_ups_per_address = Attempts("20 per hour")


class Caller(NamedTuple):
    """Who calls the API, and what they may do there."""

    user: User
    scopes: frozenset[Scope]


def check_credentials(login: str, password: str) -> User:
    """Return whose username or e-mail address and password these are, closed and suspended accounts included.

    Raises Invalid with one message for all that can be wrong, Unavailable (429) after too many failures.
    """
    user_id = _match(login, password)
    user = None if user_id is None else session().get(User, user_id)
    if user is None:
        raise invalid_field("password", WRONG)
    return user


def check_own_password(user: User, password: str, *, field: str = "password") -> None:
    """Raise Invalid unless that is the user's password, Unavailable (429) after too many failures."""
    if _match(user.username, password) != user.id:
        raise invalid_field(field, "This is not your password.")


def limit_mails(email: str) -> None:
    """Count one more mail that somebody asks for; raises Unavailable (429) where it is too many."""
    with _counted((mails_per_mailbox, _to(email)), (mails_per_address, f"mails for {request.remote_addr}")):
        pass  # it is sent whatever comes of it


def limited_sign_up(email: str) -> AbstractContextManager[None]:
    """Count an account that is made within, as each mails an address; raises Unavailable (429) where it is too many."""
    return _counted((mails_per_mailbox, _to(email)), (sign_ups_per_address, f"sign-ups from {request.remote_addr}"))


@contextmanager
def _counted(*counts: tuple[Attempts, str]) -> Iterator[None]:
    for attempts, key in counts:
        attempts.check(key)
    yield
    for attempts, key in counts:
        attempts.record(key)


def _to(email: str) -> str:
    return f"mails to {fold_email(email)}"


def load_user(token: str) -> User | None:
    """Return who is signed in on the device with that token, and note now and then that it is in use."""
    device = find_device(session(), token)
    if device is None:
        return None
    user = device.user
    user.device, user.device_token = device, token
    if is_due(device.used_on, clock.now()) and not is_unattended():
        _note_use(touch_device, device.id)
        cookie.modified = True  # so that a remembered device's cookie lives on
    return user


def authenticate_api() -> None:
    """Settle for a request to the API who the caller is; raises Unauthorized where they say so wrongly."""
    if is_api_request():
        g.api_user, g.api_scopes = None, frozenset()
        caller = find_caller()
        if caller is not None:
            g.api_user, g.api_scopes = caller


def find_caller() -> Caller | None:
    """Return whom the header `Authorization` proves, or None without one.

    Raises Unauthorized where it fails to, Forbidden where the account is suspended.
    """
    if "Authorization" not in request.headers:
        return None
    given = request.authorization
    if given is not None and given.type == "basic":
        return _caller_by_password(given.username or "", given.password or "")
    if given is not None and given.type == "bearer":
        return _caller_by_token(given.token or "")
    raise Unauthorized


def _caller_by_password(login: str, password: str) -> Caller:
    try:
        user = check_credentials(login, password)
    except Invalid as error:
        raise Unauthorized(error.message) from None
    if user.closed_on is not None:
        raise Unauthorized(WRONG)
    if user.suspended_on is not None:
        raise Forbidden(SUSPENDED)
    return Caller(user, frozenset(SCOPES))


def _caller_by_token(secret: str) -> Caller:
    token = find_api_token(session(), secret)
    if token is None:
        raise Unauthorized("This token is wrong, has expired or was revoked.")
    if is_due(token.used_on, clock.now()):
        _note_use(touch_token, token.id)
    return Caller(token.user, token.scope_set)


def _match(login: str, password: str) -> int | None:
    # A session of its own: hashing takes time, in which no other writer should have to wait for the request's.
    with house().database.reading() as reading:
        user = find_user_by_login(reading, login)
    account = f"password of login {fold_username(login)}" if user is None else f"password of user {user.id}"
    address = f"passwords from {request.remote_addr}"
    per_account.check(account)
    per_address.check(address)
    if is_password(password, None if user is None else user.password) and user is not None:
        return user.id
    per_account.record(account)
    per_address.record(address)
    return None


def _note_use(touch: Callable[[Session, int], None], row_id: int) -> None:
    if not is_reading():
        touch(session(), row_id)
        return
    with aside() as writing:
        touch(writing, row_id)
