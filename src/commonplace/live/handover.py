"""How an open connection leaves the web server: what the server offers, and the answer that takes it up."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TAKE = "commonplace.take_connection"
"""Where in the environment of a request a server says that its connection may be taken, and how."""
Take = Callable[[], socket.socket]
Keep = Callable[[socket.socket, dict[str, str]], None]
"""Gets the connection, and what of the environment is text."""


class Handover(Response):
    """The answer that is none: the connection passes from the web server to `keep`, and its thread back to pages."""

    def __init__(self, take: Take, keep: Keep) -> None:
        """Prepare it; until it is called, another answer can still take its place."""
        super().__init__(status=101)
        self._take, self._keep = take, keep

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> NoReturn:
        """Hand the connection over, and raise StopIteration: gunicorn's sign that there is nothing to answer."""
        self._keep(self._take(), {name: value for name, value in environ.items() if isinstance(value, str)})
        raise StopIteration
