"""What the present request works with: the house, and the one database session of its unit of work."""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from commonplace.core.house import House

READING = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])


def house() -> House:
    """Return the house that this application serves."""
    return cast(House, current_app.extensions["commonplace"])


def reads_only(view: View) -> View:
    """Let a view that is sent a form, but stores nothing, wait for no writer and keep none waiting."""
    view.reads_only = True  # type: ignore[attr-defined]  # read below
    return view


def session() -> Session:
    """Return the request's session, opened when it is first asked for: to read on GET and HEAD, else to write."""
    if "session" not in g:
        g.session = house().database.session(writes=not is_reading())
    return cast(Session, g.session)


def note_unattended() -> None:
    """Note that a page asks by itself now, so that it is no sign of somebody being there."""
    g.is_unattended = True


def is_unattended() -> bool:
    """Tell whether that was noted."""
    return bool(g.get("is_unattended"))


def is_reading() -> bool:
    """Tell whether the request only reads, whatever its method."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in READING or getattr(view, "reads_only", False)
