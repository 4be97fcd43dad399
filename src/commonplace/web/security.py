"""Headers that every answer carries, so that a browser runs nothing but ours and tells nobody anything."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
UNRUNNABLE = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For what a user gave us and a browser may open by itself: raw text and files."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
TWO_YEARS = 63_072_000


class SecureHeaders:
    """Lets every answer carry the headers, whoever in the application made it; one that it sets itself stays."""

    def __init__(self, application: "WSGIApplication", *, is_https: bool) -> None:
        """Stand around `application`; strict transport security only where the site is reached by https."""
        self._application = application
        headers = dict(HEADERS)
        if is_https:
            headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
        self._headers = [(name.lower(), (name, value)) for name, value in headers.items()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass everything on, and add to the answer what it lacks."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            present = {name.lower() for name, _ in headers}
            added = [pair for name, pair in self._headers if name not in present]
            return start_response(status, [*headers, *added], exc_info)

        return self._application(environ, start)
