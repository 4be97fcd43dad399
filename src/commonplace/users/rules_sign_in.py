"""What may be a password and a scope, how long a device stays signed in, and where a sign-in may lead."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from commonplace.core import clock
from commonplace.core.errors import invalid_field
from commonplace.users.models import Device, Scope

MIN_PASSWORD = 8
MAX_PASSWORD = 1000
MIN_DIFFERENT = 3
COMMON_PASSWORDS = Path(__file__).parent / "words" / "common_passwords.txt"
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")

IDLE = timedelta(days=30)
IDLE_REMEMBERED = timedelta(days=365)
FURTHEST = timedelta(days=3653)
TOUCHED_EVERY = timedelta(minutes=5)


def check_password(password: str, *, username: str = "", email: str = "") -> None:
    """Raise Invalid where a new password is too short, too long, or the first that anybody would try.

    There is no rule of what it must contain (NIST SP 800-63B, section 5.1.1.2).
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < MIN_PASSWORD:
        raise invalid_field("password", f"Use at least {MIN_PASSWORD} characters.")
    if len(text) > MAX_PASSWORD:
        raise invalid_field("password", f"Use {MAX_PASSWORD} characters or fewer.")
    if any(unicodedata.category(sign) == "Cs" for sign in text):
        raise invalid_field("password", "This contains half of a character.")
    folded = text.casefold()
    if folded in _common() | _own_words(username, email) or len(set(folded)) < MIN_DIFFERENT:
        raise invalid_field("password", "This is easily guessed: choose another.")


def order_scopes(wanted: Iterable[str]) -> tuple[Scope, ...]:
    """Return the scopes in their order, each once; raises Invalid for none or for one that does not exist."""
    chosen = set(wanted)
    if not chosen or chosen - set(SCOPES):
        raise invalid_field("scopes", f"Choose some of: {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in chosen)


def check_expiry(expires_on: datetime | None) -> None:
    """Raise Invalid unless the end lies ahead, and within ten years; None is no end."""
    if expires_on is not None and not clock.now() < expires_on < clock.now() + FURTHEST:
        raise invalid_field("expires_on", "Choose a moment within the next ten years, or none.")


def hash_secret(secret: str) -> str:
    """Return what is kept of a device's or a program's token; it is random, so a quick hash will do."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def is_alive(device: Device, moment: datetime) -> bool:
    """Tell whether the device was used lately enough to be signed in still."""
    return moment - device.used_on < (IDLE_REMEMBERED if device.is_remembered else IDLE)


def is_due(used_on: datetime | None, moment: datetime) -> bool:
    """Tell whether the last use was noted long enough ago to be noted again."""
    return used_on is None or moment - used_on >= TOUCHED_EVERY


def is_local_path(target: str) -> bool:
    """Tell whether a browser that is sent to `target` stays on this site.

    Browsers read a backslash as a slash and leave out control signs, so that neither may be in it.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON_PASSWORDS.read_text(encoding="utf-8").split())


def _own_words(username: str, email: str) -> set[str]:
    return {username.casefold(), email.casefold(), email.casefold().partition("@")[0]}
