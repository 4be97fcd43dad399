"""The JSON operation of the feed."""

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import fields, validate

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.guards import reads
from commonplace.api.paging import PagingQuery, page_of_texts, page_schema
from commonplace.core.errors import invalid_field
from commonplace.entries.api import FoundSchema
from commonplace.entries.current import kinds
from commonplace.entries.items import list_json
from commonplace.timeline.current import feed
from commonplace.users.current import me
from commonplace.web.current import session

operations = ApiBlueprint("timeline_api", __name__, description="The feed.")


class FeedQuerySchema(PagingQuery):
    """Which part of the feed is asked for."""

    kind = fields.String(
        load_default=None,
        validate=validate.Length(max=20),
        metadata={"description": "Only entries of this kind, which is one that this site has."},
    )


@operations.route("/feed")
class FeedPage(MethodView):
    """The caller's feed."""

    @reads
    @operations.arguments(FeedQuerySchema, location="query")
    @operations.response(200, page_schema(FoundSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List what the caller and those they follow shared, all kinds mixed, newest first."""
        if query["kind"] is not None and query["kind"] not in kinds():
            raise invalid_field("kind", "There is no such kind of entries here.")
        page = feed().list_stamps(session(), me(), kinds(), **query)
        return page_of_texts(list_json(session(), page.items), page.next)
