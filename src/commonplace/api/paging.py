"""Lists of the API: `limit` and an opaque `cursor` in, `items`, `next` and a `Link` header out."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from flask import Response, json, jsonify, request
from marshmallow import Schema, fields, validate

from commonplace.api.etags import etag_of, with_etag
from commonplace.api.version import api_url_for
from commonplace.core.pagination import Page
from commonplace.web.addresses import query_for_page

T = TypeVar("T")


class PagingQuery(Schema):
    """Which page of a list is asked for."""

    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 100),
        metadata={"description": "How many at the most."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=100),
        metadata={"description": "`next` of the page before; left out for the first."},
    )


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of one page of such items."""
    name = item.__name__.removesuffix("Schema") + "Page"
    return Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next": fields.String(allow_none=True)}, name=name
    )


def page_response(page: Page[T], dump: Callable[[T], Any]) -> Response:
    """Return one page as JSON, with the next one's address in a `Link` header (RFC 8288); 304 to who has it already."""
    return _with_headers(jsonify(items=[dump(item) for item in page.items], next=page.next), page.next)


def page_of_texts(items: Sequence[str], following: str | None) -> Response:
    """Return the same of items that are JSON text already, and the cursor of what follows."""
    body = f'{{"items":[{",".join(items)}],"next":{json.dumps(following)}}}\n'
    return _with_headers(Response(body, mimetype="application/json"), following)


def _with_headers(response: Response, following: str | None) -> Response:
    if following is not None and request.endpoint is not None:
        path = api_url_for(request.endpoint, **(request.view_args or {}))
        response.headers["Link"] = f'<{path}{query_for_page(following)}>; rel="next"'
    return with_etag(response, etag_of(response.get_data()))
