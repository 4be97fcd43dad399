"""A site on the real web server, as a process of its own: `python -m tests.live.served PORT`.

Beside its own addresses it has some that a test needs: `/say` speaks to open pages, `/listening` tells how many there
are, `/pid` who answers, `/slow` takes its time, `/at-work` counts who does that. Everybody listens to the topic
`everybody` and to 5,000 others.
"""

import os
import sys
import threading
import time

import click
from flask import Flask, Response, jsonify, request

from commonplace.app import create_app
from commonplace.core.logs import start_logging
from commonplace.live import server, watch
from commonplace.live.service import tell
from commonplace.live.topics import add_topics
from commonplace.live.views import KEY
from commonplace.operations import web_server
from commonplace.operations.certificate import ensure_certificate
from commonplace.operations.processes import fork
from commonplace.operations.web_server import listen, serve
from commonplace.web.current import house, session


def add_addresses(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/say")
    def say():
        asked = request.get_json()
        tell(session(), house(), asked["to"], asked["event"], asked["facts"])
        return Response(status=asked.get("status", 204))

    @app.get("/listening")
    def listening():
        return jsonify(len(app.extensions[KEY].listeners))

    @app.get("/pid")
    def pid():
        return str(os.getpid())

    at_work: set[int] = set()

    @app.get("/slow")
    def slow():
        at_work.add(threading.get_ident())
        time.sleep(1)
        at_work.discard(threading.get_ident())
        return "done"

    @app.get("/at-work")
    def count_at_work():
        return jsonify(len(at_work))


def run() -> int:
    start_logging()
    watch.EVERY_S = float(os.environ.get("TEST_WATCH_EVERY_S", "60"))
    server.PING_EVERY_S = int(os.environ.get("TEST_PING_EVERY_S", "25"))
    web_server.GRACEFUL_TIMEOUT_S = int(os.environ.get("TEST_GRACE_S", "3"))
    app = create_app()
    add_addresses(app)
    add_topics(app, lambda _user: ["everybody", *(f"shared-by-{number}" for number in range(5_000))])
    listener = listen("127.0.0.1", int(sys.argv[1]))
    is_https = "TEST_HTTPS" in os.environ
    certificate = ensure_certificate(app.extensions["commonplace"].settings.data_dir, "127.0.0.1") if is_https else None
    click.echo(listener.getsockname()[1])
    parent = os.getpid()
    pid = fork(lambda: serve(app, listener, certificate, parent))
    click.echo(pid)
    listener.close()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(run())
