"""Who is asking: the one place where a door learns of the viewer."""

from typing import cast

from flask import g, request
from flask import session as cookie
from flask_login import current_user

from commonplace.core.errors import Forbidden
from commonplace.users.authentication import find_caller
from commonplace.users.models import Device, User


def viewer() -> User | None:
    """Return who is looking: by token or password on the API, by device on the pages, or nobody."""
    if "api_user" in g:
        return cast("User | None", g.api_user)
    if "_user_id" not in cookie:
        return None  # as Flask-Login would find, after some more questions
    return cast("User", current_user._get_current_object()) if current_user.is_authenticated else None  # noqa: SLF001 - Flask-Login's way to the user behind its proxy


def me() -> User:
    """Return the signed-in viewer, where a guard has made sure that there is one."""
    user = viewer()
    if user is None:
        raise Forbidden("Sign in first.")
    return user


def my_device() -> Device:
    """Return the device on which the viewer is signed in, where a page's guard has made sure that there is one."""
    device = me().device
    if device is None:
        raise Forbidden("Sign in first.")
    return device


def may_administer() -> bool:
    """Tell whether the site's owner asks: by device, by password, or by a token with the scope `admin`."""
    if "Authorization" not in request.headers:
        user = viewer()
        return user is not None and user.role == "owner"
    caller = find_caller()
    return caller is not None and caller.user.role == "owner" and "admin" in caller.scopes
