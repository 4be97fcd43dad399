"""The JSON operations of notifications."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.etags import etag_of, with_etag
from commonplace.api.guards import reads, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.paging import PagingQuery, page_response, page_schema
from commonplace.entries.current import kinds
from commonplace.notifications import queries, service
from commonplace.notifications.schemas import NotificationSchema, ReadSchema, UnreadSchema
from commonplace.users.current import me
from commonplace.web.current import session

operations = ApiBlueprint("notifications_api", __name__, description="What concerns the caller.")
NOTIFICATION = NotificationSchema()


@operations.route("/notifications")
class Notifications(MethodView):
    """All of the caller's."""

    @reads
    @operations.arguments(PagingQuery, location="query")
    @operations.response(200, page_schema(NotificationSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List what concerns the caller, newest first; to list it marks nothing as read."""
        page = queries.list_notifications(session(), me(), kinds(), **query)
        return page_response(page, NOTIFICATION.dump)


@operations.route("/notifications/unread")
class Unread(MethodView):
    """How many were not read."""

    @reads
    @operations.response(200, UnreadSchema)
    def get(self) -> Response:
        """Count what the caller has not read."""
        unread = queries.count_unread(session(), me())
        return with_etag(jsonify(unread=unread), etag_of(unread))


@operations.route("/notifications/read")
class Read(MethodView):
    """That they were read."""

    @writes
    @idempotent
    @operations.arguments(ReadSchema)
    @operations.response(204)
    def post(self, given: dict[str, Any]) -> Response:
        """Mark the caller's notifications as read, all or up to an id; safe to repeat."""
        service.mark_all_read(session(), me(), up_to=given["up_to"])
        return Response(status=204)
