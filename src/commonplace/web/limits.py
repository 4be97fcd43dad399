"""How often one may ask: limits on views and on all writes, and counts of failed attempts.

Counts stand in Redis where one is set, else in a file that the site's processes share. Where counting fails, that
is logged and the request let through: a limit protects the site, and must not be what takes it down.
"""

import hashlib
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import limits
from flask import Flask, Response, g, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_login import current_user

from commonplace.core.errors import Unavailable
from commonplace.core.house import House
from commonplace.web import limits_sqlite  # noqa: F401 - makes addresses with `sqlite://` known to `limits`
from commonplace.web.current import READING

log = logging.getLogger(__name__)
WRITES = "3000 per minute"
REDIS_TIMEOUT_S = 1.0


def caller() -> str:
    """Return who is asking, by account where signed in, else by address."""
    user = g.get("api_user") or current_user
    return f"user {user.id}" if user.is_authenticated else f"address {request.remote_addr}"


class HouseLimiter(Limiter):
    """Flask-Limiter, whose refusals are the house's own error."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if in_middleware and request.method in READING:
            return  # what limits a view that reads stands at the view
        try:
            super()._check_request_limit(callable_name, in_middleware)
        except RateLimitExceeded:
            raise _too_often(self.current_limit.window.reset_time if self.current_limit else time.time()) from None


limiter = HouseLimiter(
    caller,
    application_limits=[WRITES],
    application_limits_exempt_when=lambda: request.method in READING,
    swallow_errors=True,
)
"""For views: `@limiter.limit("30 per minute")`, below the route."""


def init_app(app: Flask, house: House) -> None:
    """Count in this application's store, and tell callers what is left to them."""
    settings = house.settings
    app.config["RATELIMIT_STORAGE_URI"] = (
        settings.redis_url or f"sqlite://{settings.data_dir.absolute() / 'limits.sqlite3'}"
    )
    if settings.redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": REDIS_TIMEOUT_S,
            "socket_timeout": REDIS_TIMEOUT_S,
        }
    limiter.init_app(app)
    app.after_request(_tell_what_is_left)


@dataclass(frozen=True)
class Attempts:
    """Counts what may be tried only so often, such as passwords: `Attempts("10 per 15 minutes")`.

    Two that have the same limit share their counts: let the keys say what is tried.
    """

    limit: str

    def check(self, key: str) -> None:
        """Raise Unavailable, as 429, where `key` has had its attempts."""
        item, counted = self._counted(key)
        reset_at = 0.0
        with _forgiven():
            if not limiter.limiter.test(item, counted):
                reset_at = limiter.limiter.get_window_stats(item, counted).reset_time
        if reset_at:
            raise _too_often(reset_at)

    def record(self, key: str) -> None:
        """Count an attempt of `key`."""
        item, counted = self._counted(key)
        with _forgiven():
            limiter.limiter.hit(item, counted)

    def _counted(self, key: str) -> tuple[limits.RateLimitItem, str]:
        digest = hashlib.sha256(key.encode()).hexdigest()  # whatever was typed, of any length
        return limits.parse(self.limit), digest


@contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except limiter.storage.base_exceptions:
        log.exception("attempts cannot be counted")


def _too_often(reset_at: float) -> Unavailable:
    seconds = max(1, math.ceil(reset_at - time.time()))
    wait = f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
    return Unavailable(f"That was too often: try again in {wait}.", retry_after=seconds, status=429)


def _tell_what_is_left(response: Response) -> Response:
    # draft-ietf-httpapi-ratelimit-headers, in the form that is in use
    limit = limiter.current_limit
    if limit is not None:
        with _forgiven():
            response.headers["RateLimit-Limit"] = str(limit.limit.amount)
            response.headers["RateLimit-Remaining"] = str(limit.window.remaining)
            response.headers["RateLimit-Reset"] = str(max(0, math.ceil(limit.window.reset_time - time.time())))
    return response
