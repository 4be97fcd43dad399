"""One name per request, in the log and in what a person is shown when something went wrong."""

import random

import structlog
from flask import Flask, Response, g


def init_app(app: Flask) -> None:
    """Give every request an id, bind it to the log, and send it back."""
    app.before_request(_name_request)
    app.after_request(_tell_name)


def _name_request() -> None:
    g.request_id = f"{random.getrandbits(64):016x}"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _tell_name(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response
