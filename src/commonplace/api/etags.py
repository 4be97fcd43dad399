"""Versions of what is read and edited: ETag, If-None-Match and If-Match (RFC 9110)."""

import hashlib
from typing import Any

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed


def etag_of(representation: Any) -> str:
    """Return the version of what is shown: whatever in it changes, so does this."""
    shown = representation if isinstance(representation, bytes) else repr(representation).encode()
    return hashlib.sha256(shown).hexdigest()[:24]


def with_etag(response: Response, version: str) -> Response:
    """Return the response with its ETag, or 304 where the caller has that version already."""
    response.set_etag(version)
    response.make_conditional(request)
    return response


def check_if_match(version: str) -> None:
    """Raise 412 where the caller wants to edit another version than the present one.

    What follows a dot in an ETag tells of more than can be edited, such as likes, and does not count.
    """
    asked = request.if_match
    if asked and not asked.star_tag and version not in {tag.partition(".")[0] for tag in asked.as_set() if tag}:
        raise PreconditionFailed
