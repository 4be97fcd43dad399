"""A look at all open connections, now and then: none outlives its user's sign-in for long, none is left hanging.

Signing out, closing an account or resetting a password may happen in any process, or be a matter of time alone. One
that is asked for by all of them would have to know all of them; a row by its key, a minute apart, costs next to
nothing. Until then a page is told ids and counts.
"""

import logging
import time
from collections.abc import Callable, Iterable

from flask import Flask
from flask_login import current_user

from commonplace.live.listeners import Listener
from commonplace.web.current import note_unattended

log = logging.getLogger(__name__)
EVERY_S = 60.0
Dismiss = Callable[[str], None]


def watch(app: Flask, listeners: Iterable[Listener], dismiss: Dismiss) -> None:
    """Look at them again and again."""
    while True:
        time.sleep(EVERY_S)
        look(app, listeners, dismiss)


def look(app: Flask, listeners: Iterable[Listener], dismiss: Dismiss) -> None:
    """Dismiss those who are signed in no more, and hang up on those who were dismissed or say nothing at all."""
    for listener in listeners:
        try:
            _look_at(app, listener, dismiss)
        except Exception:
            log.exception("a live connection could not be looked at")


def _look_at(app: Flask, listener: Listener, dismiss: Dismiss) -> None:
    listener.line.make_room()
    sid = listener.sid
    if listener.is_dismissed or (listener.is_mute and sid is None):
        listener.line.hang_up()
    elif sid is None:
        listener.is_mute = True
    elif not is_signed_in(app, listener):
        listener.is_dismissed = True
        dismiss(sid)


def is_signed_in(app: Flask, listener: Listener) -> bool:
    """Tell whether the device that opened the connection would still be let in."""
    with app.request_context(listener.environ):
        note_unattended()
        return bool(current_user.is_authenticated) and current_user.id == listener.user_id
