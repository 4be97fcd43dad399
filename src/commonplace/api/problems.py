"""Failures told to a program: RFC 9457 problem details, with the contract's `message` beside them."""

from flask import Response, jsonify

from commonplace.web.failures import Failure

MEDIA_TYPE = "application/problem+json"


def render(failure: Failure) -> Response:
    """Return the problem document; `message` is the sentence, or the reasons by field where there are any."""
    response = jsonify(
        type="about:blank",
        title=failure.title,
        status=failure.status,
        detail=failure.sentence,
        message=failure.fields or failure.sentence,
    )
    response.status_code = failure.status
    response.mimetype = MEDIA_TYPE
    response.headers.update(failure.headers)
    return response
