"""The web server: gunicorn with one process of threads, on a socket that the supervisor holds."""

import errno
import os
import signal
import socket
import time
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from commonplace.core.errors import CommonplaceError
from commonplace.live.worker import OfferingWorker
from commonplace.operations.certificate import Certificate
from commonplace.operations.patience import PatientWorker
from commonplace.operations.processes import PARENT_POLL_S
from commonplace.operations.relief import RelievedWorker

THREADS = 16
PLACES_BY_FILE, PLACES_BY_SERVER = 1, 2
"""How many threads work at a time: beside one that asks a database server, another has something to do."""
GRACEFUL_TIMEOUT_S = 3
KEEP_ALIVE_S = 15
BACKLOG = 128
PREDECESSOR_S = 2.0


class CannotListen(CommonplaceError):
    """The address cannot be had."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, on a free port where `port` is 0; raises CannotListen."""
    until = time.monotonic() + PREDECESSOR_S  # one that was killed leaves its port within a second
    while True:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            if time.monotonic() < until and error.errno == errno.EADDRINUSE:
                time.sleep(PARENT_POLL_S)
                continue
            raise CannotListen(_explain(error, host, port)) from error


def serve(app: Flask, listener: socket.socket, certificate: Certificate | None, parent: int) -> int:
    """Answer requests until SIGTERM comes or the parent is gone; return the exit status."""
    _SupervisedArbiter(_Server(app, listener, certificate), parent).run()
    return 0


class Worker(OfferingWorker, PatientWorker, RelievedWorker):
    """gunicorn's worker of threads, none of which a slow client or an open page can hold, and few at work at a time."""

    def load_wsgi(self) -> None:
        """Load the application, and give it as many places as its database can make use of."""
        super().load_wsgi()
        house = self.app.wsgi().extensions.get("commonplace")
        self.places = PLACES_BY_FILE if house is None or house.database.is_sqlite else PLACES_BY_SERVER


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's log, sent where everything else goes."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, app: Flask, listener: socket.socket, certificate: Certificate | None) -> None:
        self._app = app
        self._listener = listener
        self._certificate = certificate
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"fd://{self._listener.detach()}",  # gunicorn closes it
            "worker_class": Worker,
            "threads": THREADS,
            "graceful_timeout": GRACEFUL_TIMEOUT_S,
            "keepalive": KEEP_ALIVE_S,
            "forwarded_allow_ips": "",  # whom to believe is for COMMONPLACE_TRUSTED_PROXIES alone to say
            "control_socket_disable": True,
            "logger_class": _Log,
            "loglevel": "warning",
        }
        if self._certificate is not None:
            options |= {"certfile": str(self._certificate.path), "keyfile": str(self._certificate.key_path)}
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


class _SupervisedArbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's arbiter, which ends when the process that started it is gone."""

    def __init__(self, app: _Server, parent: int) -> None:
        super().__init__(app)
        self._parent = parent

    def wait_for_signals(self, timeout: float = PARENT_POLL_S) -> list[int]:
        signals: list[int] = super().wait_for_signals(timeout=PARENT_POLL_S)
        return signals if os.getppid() == self._parent else [signal.SIGTERM]


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what listens there, or choose another with --port."
    return f"Nothing can listen on {host}, port {port}: {error.strerror or error}."
