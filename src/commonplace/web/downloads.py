"""What a user gave us, given back as it is: a browser may show or keep it, but never run it."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request

from commonplace.core.storage import Storage
from commonplace.web.security import UNRUNNABLE

BLOCK = 256 * 1024
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_RANGE")
"""Headers that make a request conditional (RFC 9110): what most lack need not be looked into."""


def raw_response(content: str | bytes, etag: str) -> Response:
    """Return the text as `text/plain`, or 304 where the caller has it already."""
    response = Response(content, content_type="text/plain; charset=utf-8")
    response.headers["Content-Security-Policy"] = UNRUNNABLE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(etag)
    response.accept_ranges = "bytes"
    if any(name in request.environ for name in CONDITIONS):
        _make_conditional(response)
    return response


def _make_conditional(response: Response) -> None:
    if request.range is not None and len(request.range.ranges) > 1:
        response.make_conditional(request)  # the whole: a server may ignore a Range (RFC 9110, section 14.2)
    else:
        response.make_conditional(request, accept_ranges=True, complete_length=len(response.get_data()))


def download_response(content: str | bytes, etag: str, name: str) -> Response:
    """Return the same as an attachment under that name (RFC 6266, RFC 8187)."""
    response = raw_response(content, etag)
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def file_response(storage: Storage, stored: str, content_type: str, name: str) -> Response:
    """Return a stored file as an attachment, streamed."""
    response = Response(_blocks(storage, stored), content_type=content_type)
    response.headers["Content-Length"] = str(storage.size(stored))
    response.headers["Content-Disposition"] = _attachment(name)
    response.headers["Content-Security-Policy"] = UNRUNNABLE
    return response


def _blocks(storage: Storage, stored: str) -> Iterator[bytes]:
    with storage.open(stored) as file:
        while block := file.read(BLOCK):
            yield block


def _attachment(name: str) -> str:
    ascii_name = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
