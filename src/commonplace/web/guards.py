"""Who may call a view: one decorator on each, readable by the test that lists all routes.

The role is asked of Flask-Login's user, so that the frame knows nothing of accounts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, cast

from flask import Response, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from commonplace.core.errors import Forbidden
from commonplace.web.bodies import HouseRequest

Guard = Literal["anyone", "signed-in", "fresh", "moderator", "owner"]
P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]

SIGNED_OUT = (
    "You are not signed in any more, so nothing was stored. Copy what you had written, sign in, and send it once more."
)
NO_PROMPT = WWWAuthenticate("bearer", {"realm": "commonplace"})
"""What a 401 has to ask for (RFC 9110, section 15.5.2), in a scheme that no browser prompts for by itself."""

ROLES: dict[Guard, frozenset[str]] = {
    "moderator": frozenset({"owner", "moderator"}),
    "owner": frozenset({"owner"}),
}


def anyone(view: View[P, R]) -> View[P, R]:
    """Let everybody in; what they see is decided by the query."""
    view.guard = "anyone"  # type: ignore[attr-defined]  # read by tests/architecture
    return view


def signed_in(view: View[P, R]) -> View[P, R | Response]:
    """Let signed-in users in; send others to sign in, and back."""
    return _guarded(view, "signed-in")


def moderator(view: View[P, R]) -> View[P, R | Response]:
    """Let the owner and moderators in."""
    return _guarded(view, "moderator")


def owner(view: View[P, R]) -> View[P, R | Response]:
    """Let the owner in."""
    return _guarded(view, "owner")


def freshly_signed_in(view: View[P, R]) -> View[P, R | Response]:
    """Let users in who gave their password within the last ten minutes; ask others for it again, and come back."""
    return _guarded(view, "fresh")


def _guarded(view: View[P, R], guard: Guard) -> View[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if guard == "fresh" and not current_user.is_fresh:
            return cast(Response, redirect(url_for("users.confirm", next=_way_back())))
        if guard in ROLES and current_user.role not in ROLES[guard]:
            raise Forbidden("This page is for those who look after the site.")
        return view(*args, **kwargs)

    guarded.guard = guard  # type: ignore[attr-defined]  # read by tests/architecture
    return guarded


def _ask_to_sign_in() -> Response:
    # what was written would be lost on the way to sign in and back
    if cast(HouseRequest, request).texts:
        raise Unauthorized(SIGNED_OUT, www_authenticate=NO_PROMPT)
    return cast(Response, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login


def _way_back() -> str:
    # a POST cannot be repeated by a redirect: return to the page that held the form
    if request.method != "GET":
        return url_for("users.settings")
    return request.script_root + request.full_path.rstrip("?")
