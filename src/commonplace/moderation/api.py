"""The JSON operation of moderation: to report."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.guards import writes
from commonplace.api.idempotency import idempotent
from commonplace.entries.current import kinds
from commonplace.entries.queries import get_entry
from commonplace.moderation.limits import check_reports, count_report
from commonplace.moderation.schemas import NewReportSchema, ReportSchema
from commonplace.moderation.service import create_report
from commonplace.users.current import me
from commonplace.users.queries import get_user
from commonplace.web.current import session

operations = ApiBlueprint("moderation_api", __name__, description="Reports to the moderators.")
REPORT = ReportSchema()


@operations.route("/reports")
class Reports(MethodView):
    """Reports, which only moderators read."""

    @writes
    @idempotent
    @operations.arguments(NewReportSchema)
    @operations.response(201, ReportSchema)
    def post(self, given: dict[str, Any]) -> Response:
        """Ask the moderators to look at an entry or a user; 200 where one's open report gets another reason."""
        check_reports(me())
        entry = get_entry(session(), me(), given["entry"], kinds()) if given["entry"] is not None else None
        user = get_user(session(), given["user"]) if entry is None else entry.author  # who blocks one as well
        report, is_new = create_report(session(), me(), user, given["reason"], entry=entry)
        count_report(me())
        facts = {
            "id": report.id,
            "entry": None if entry is None else entry.hash_key,
            "user": user.id,
            "reason": report.reason,
            "created_on": report.created_on,
        }
        response = jsonify(REPORT.dump(facts))
        response.status_code = 201 if is_new else 200
        return response
