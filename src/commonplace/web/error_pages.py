"""Failures shown to a person: one page, one clear sentence, and a way on."""

from typing import cast

from flask import Response, current_app, g, make_response, render_template, request
from flask import session as cookie

from commonplace.web.bodies import HouseRequest
from commonplace.web.current import READING
from commonplace.web.failures import Failure

TEMPLATE = "errors/error.html"


def render(failure: Failure) -> Response:
    """Return the page that tells a person what happened and what to do."""
    if request.method not in READING:
        cookie.pop("_flashes", None)  # they were to say that it went well
    texts = cast(HouseRequest, request).texts
    told = {"failure": failure, "request_id": g.get("request_id", ""), "texts": texts}
    response = make_response(_alone(told) if failure.status == 503 else render_template(TEMPLATE, **told))
    response.status_code = failure.status
    response.headers.update(failure.headers)
    return response


def _alone(told: dict[str, object]) -> str:
    # asks nothing of the database, which may be what does not answer: not even who is looking
    return current_app.jinja_env.get_template(TEMPLATE).render(**told, viewer=None)
