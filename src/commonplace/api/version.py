"""The API's version, taken off the path before anyone else looks, so that no handler ever sees it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import request, url_for

from commonplace.core.errors import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CURRENT = 1
KNOWN = (1,)
PREFIX = "/api"
DOCS = "/docs"
_VERSIONED = re.compile(r"/api/v([0-9]+)(?=/|\Z)")


class ApiVersionMiddleware:
    """Moves the version from `/api/v1/…` or an `API-Version` header to `environ["API_VERSION"]`."""

    def __init__(self, application: "WSGIApplication") -> None:
        """Stand before `application`."""
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass everything on: a known version as a number, an unknown one as it was asked for."""
        path = environ.get("PATH_INFO", "")
        if _is_below_prefix(path):
            asked = environ.get("HTTP_API_VERSION", str(CURRENT))
            if found := _VERSIONED.match(path):
                asked = found[1]
                environ["PATH_INFO"] = PREFIX + path[found.end() :]
            environ["API_VERSION"] = {str(version): version for version in KNOWN}.get(asked, asked)
        return self.application(environ, start_response)


def check_version() -> None:
    """Raise NotFound, with the known versions, where the present request asks for another."""
    version = request.environ.get("API_VERSION", CURRENT)
    if version not in KNOWN:
        known = ", ".join(map(str, KNOWN))
        raise NotFound(f"There is no version {version[:20]} of this API. Known versions: {known}.")


def is_api_path(path: str) -> bool:
    """Tell whether a path, without its version, is the API's: its documentation is a page like any other."""
    return _is_below_prefix(path) and path != PREFIX + DOCS


def is_api_request() -> bool:
    """Tell whether the present request came in by the API's door."""
    return is_api_path(request.path)


def api_url_for(endpoint: str, **values: str | int | None) -> str:
    """Return the path of an API endpoint, with the version put back in."""
    root = request.script_root
    path = url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask leaves a None out
    return f"{root}{PREFIX}/v{request.environ.get('API_VERSION', CURRENT)}{path[len(root + PREFIX) :]}"


def _is_below_prefix(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")
