"""The one cookie: signed, only for pages. It holds a form token, messages, and which device is signed in."""

from collections.abc import Callable

from flask import Flask, Request, request
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface


class PageSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, which the API neither reads nor sets, and which a site below a path keeps to itself."""

    def __init__(self, is_api_path: Callable[[str], bool]) -> None:
        """Leave the cookie alone on paths of the API."""
        self._is_api_path = is_api_path

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the cookie's content; on the API one that is empty and cannot be written."""
        return NullSession() if self._is_api_path(request.path) else super().open_session(app, request)

    def get_cookie_path(self, app: Flask) -> str:
        """Return the path that the whole site stands below."""
        return request.script_root or "/"
