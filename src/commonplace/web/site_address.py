"""The site's own address, whatever address a request came by: what it is called, and below which path it lives."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from commonplace.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class SiteAddress:
    """Lets every request look as if it had come by the site's address, so that no visitor can make links lead away.

    Where nobody has chosen an address, or one of this machine only, a request's own is right: `localhost`, a port that
    is forwarded, a name in a local network.
    """

    def __init__(self, application: "WSGIApplication", settings: Settings) -> None:
        """Stand before `application`, and behind what believes proxies."""
        parts = urlsplit(settings.site_url)
        self._application = application
        self._scheme, self._host, self._path = parts.scheme, parts.netloc, parts.path
        self._is_fixed = settings.is_address_chosen and not settings.is_loopback

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass everything on, from the site's address and with the path below it."""
        if self._is_fixed:
            environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._host, self._scheme
        if self._path and not environ.get("SCRIPT_NAME"):  # else a proxy took the path off, and said so
            environ["SCRIPT_NAME"] = self._path
            path = environ.get("PATH_INFO", "")
            if path == self._path or path.startswith(f"{self._path}/"):
                environ["PATH_INFO"] = path[len(self._path) :]
        return self._application(environ, start_response)
