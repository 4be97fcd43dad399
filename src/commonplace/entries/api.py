"""The JSON operations over all kinds: search, and likes."""

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import INCLUDE, fields, validate

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.guards import anyone, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.paging import PagingQuery, page_of_texts, page_schema
from commonplace.entries import queries
from commonplace.entries.current import kinds
from commonplace.entries.items import json_of
from commonplace.entries.rules import parse_search
from commonplace.entries.schemas import EntrySchema
from commonplace.entries.service_likes import like_entry, unlike_entry
from commonplace.users.current import me, viewer
from commonplace.web.current import session

search = ApiBlueprint("entries_api", __name__, description="Everything, whatever its kind.")


class SearchQuerySchema(PagingQuery):
    """What is searched for."""

    q = fields.String(required=True, validate=validate.Length(max=200), metadata={"description": "Words."})


class FoundSchema(EntrySchema):
    """An entry of any kind: what all entries have, and what its own kind adds."""

    class Meta:
        """Fields that are not named here are no surprise."""

        unknown = INCLUDE


@search.route("/search")
class Search(MethodView):
    """Everything that the caller may see."""

    @anyone
    @search.arguments(SearchQuerySchema, location="query")
    @search.response(200, page_schema(FoundSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """Find entries by words, "words together" and -unwanted ones, newest first."""
        page = queries.list_found(
            session(),
            viewer(),
            parse_search(query["q"]),
            kinds(),
            cursor=query["cursor"],
            limit=query["limit"],
        )
        return page_of_texts([json_of(entry) for entry in page.items], page.next)


@search.route("/entries/<hash_key:hash_key>/like")
class OneLike(MethodView):
    """The caller's like of an entry of any kind."""

    @writes
    @idempotent
    @search.response(204)
    def put(self, hash_key: str) -> Response:
        """Like an entry; doing so again changes nothing."""
        like_entry(session(), queries.get_entry(session(), me(), hash_key, kinds()), me())
        return Response(status=204)

    @writes
    @idempotent
    @search.response(204)
    def delete(self, hash_key: str) -> Response:
        """Like an entry no longer, where one did."""
        unlike_entry(session(), queries.get_entry(session(), me(), hash_key, kinds()), me())
        return Response(status=204)
