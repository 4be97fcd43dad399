"""gunicorn's worker of threads, which lets the application keep a connection.

By itself it would lend a thread to each for as long as it is open, until none is left for pages, and wait for all of
them when it is told to end.
"""

import socket
from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from commonplace.live.handover import TAKE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class OfferingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Offers each request's connection to the application, and forgets the one that was taken."""

    def init_process(self) -> None:
        """Begin with none taken."""
        self._taken: set[socket.socket] = set()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, and offer it the connection of each request."""
        super().load_wsgi()
        application: WSGIApplication = self.app.wsgi()

        def offering(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            connection: socket.socket = environ["gunicorn.socket"]

            def take() -> socket.socket:
                self._taken.add(connection)
                return connection

            environ[TAKE] = take
            return application(environ, start_response)

        self.wsgi = offering

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Do what follows a request, unless its connection was taken: then only count it out."""
        if conn.sock in self._taken:
            self._taken.discard(conn.sock)
            self.nr_conns -= 1
            return
        super().finish_request(conn, fs)
