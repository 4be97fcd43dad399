"""The JSON operations of snaps."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.etags import check_if_match, etag_of, with_etag
from commonplace.api.guards import anyone, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.paging import PagingQuery, page_response, page_schema
from commonplace.api.version import api_url_for
from commonplace.core.highlight import find_language
from commonplace.entries.service import delete_entry
from commonplace.snaps import queries, service
from commonplace.snaps.models import Snap
from commonplace.snaps.queries_revisions import get_revision, list_revisions
from commonplace.snaps.schemas import (
    RevisionItemSchema,
    RevisionSchema,
    SnapInSchema,
    SnapItemSchema,
    SnapListQuerySchema,
    SnapPatchSchema,
    SnapSchema,
)
from commonplace.snaps.service import SnapValues
from commonplace.users.current import me, viewer
from commonplace.users.queries_relations import get_known_user
from commonplace.web.current import session

snaps = ApiBlueprint("snaps_api", __name__, description="Code snippets.")
SNAP_ITEM, WITHOUT_CONTENT = SnapItemSchema(), SnapSchema(exclude=("content",))
REVISION, REVISION_ITEM = RevisionSchema(), RevisionItemSchema()
VALUES = ("name", "extension", "content", "audience", "expires_on")


@snaps.route("/snaps")
class Snaps(MethodView):
    """All snaps."""

    @anyone
    @snaps.arguments(SnapListQuerySchema, location="query")
    @snaps.response(200, page_schema(SnapItemSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List snaps that the caller may see, newest first."""
        author = get_known_user(session(), viewer(), query["author"]) if query["author"] else None
        language = find_language(query["language"]) if query["language"] else None
        page = queries.list_snaps(
            session(),
            viewer(),
            author=author,
            extensions=language.extensions if language else ([query["language"]] if query["language"] else None),
            cursor=query["cursor"],
            limit=query["limit"],
        )
        return page_response(page, SNAP_ITEM.dump)

    @writes
    @idempotent
    @snaps.arguments(SnapInSchema, location="json_or_text")
    @snaps.response(201, SnapSchema)
    def post(self, given: dict[str, Any]) -> Response:
        """Share a snap. A body of `text/plain` works too, with the other fields in the address."""
        origin_key = given.pop("forked_from")
        origin = queries.get_snap(session(), me(), origin_key) if origin_key else None
        snap = service.share_snap(session(), me(), SnapValues(**given), forked_from=origin)
        response = snap_response(snap)
        response.status_code = 201
        response.headers["Location"] = api_url_for("snaps_api.OneSnap", hash_key=snap.hash_key)
        return response


@snaps.route("/snaps/<hash_key:hash_key>")
class OneSnap(MethodView):
    """One snap."""

    @anyone
    @snaps.response(200, SnapSchema)
    def get(self, hash_key: str) -> Response:
        """Return a snap, whole."""
        return snap_response(queries.get_snap(session(), viewer(), hash_key, with_content=True))

    @writes
    @idempotent
    @snaps.arguments(SnapPatchSchema)
    @snaps.response(200, SnapSchema)
    def patch(self, given: dict[str, Any], hash_key: str) -> Response:
        """Change a snap of one's own; what it was is kept as a revision."""
        snap = queries.get_snap(session(), me(), hash_key, with_content=True)
        check_if_match(_etag_of(_facts_of(snap), snap))
        kept = {name: getattr(snap, name) for name in VALUES}
        service.edit_snap(session(), me(), snap, SnapValues(**(kept | given)))
        return snap_response(snap)

    @writes
    @idempotent
    @snaps.response(204)
    def delete(self, hash_key: str) -> Response:
        """Put a snap of one's own into the trash."""
        snap = queries.get_snap(session(), me(), hash_key)
        check_if_match(_etag_of(_facts_of(snap), snap))
        delete_entry(session(), snap, me())
        return Response(status=204)


@snaps.route("/snaps/<hash_key:hash_key>/revisions")
class Revisions(MethodView):
    """A snap's former versions."""

    @anyone
    @snaps.arguments(PagingQuery, location="query")
    @snaps.response(200, page_schema(RevisionItemSchema))
    def get(self, query: dict[str, Any], hash_key: str) -> Response:
        """List what a snap was before each edit, newest first: the versions that were shared with the caller."""
        snap = queries.get_snap(session(), viewer(), hash_key)
        page = list_revisions(session(), viewer(), snap, cursor=query["cursor"], limit=query["limit"])
        return page_response(page, REVISION_ITEM.dump)


@snaps.route("/snaps/<hash_key:hash_key>/revisions/<int:number>")
class OneRevision(MethodView):
    """One former version."""

    @anyone
    @snaps.response(200, RevisionSchema)
    def get(self, hash_key: str, number: int) -> Response:
        """Return a former version of a snap, whole."""
        snap = queries.get_snap(session(), viewer(), hash_key)
        revision = get_revision(session(), viewer(), snap, number)
        response = jsonify(REVISION.dump(revision))
        return with_etag(response, etag_of(REVISION_ITEM.dump(revision) | {"digest": revision.digest}))


def snap_response(snap: Snap) -> Response:
    """Return a snap as JSON with its ETag."""
    facts = _facts_of(snap)
    return with_etag(jsonify(facts | {"content": snap.content}), _etag_of(facts, snap))


def _facts_of(snap: Snap) -> dict[str, Any]:
    """Return all that is shown of a snap but its text."""
    origin = queries.find_origin(session(), viewer(), snap)
    facts: dict[str, Any] = WITHOUT_CONTENT.dump(snap)
    return facts | {"forked_from": None if origin is None else origin.hash_key}


def _etag_of(facts: dict[str, Any], snap: Snap) -> str:
    return etag_of([facts, snap.version, snap.digest])
