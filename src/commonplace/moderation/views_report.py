"""The pages by which somebody asks the moderators to look at an entry or at a person."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.queries import get_entry
from commonplace.moderation.forms import ReportForm
from commonplace.moderation.limits import check_reports, count_report
from commonplace.moderation.queries import find_open_report
from commonplace.moderation.rules import check_may_report
from commonplace.moderation.service import create_report
from commonplace.users.current import me
from commonplace.users.models import User
from commonplace.users.person_links import url_of_person
from commonplace.users.queries import get_user_by_name
from commonplace.web.current import session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import signed_in

reports = Blueprint("reports", __name__, template_folder="templates")


@reports.route("/entries/<hash_key:hash_key>/report", methods=["GET", "POST"])
@signed_in
def entry(hash_key: str) -> str | Response:
    """Report an entry of any kind that one may see."""
    reported = get_entry(session(), me(), hash_key, kinds())
    kind = kinds()[reported.kind]
    way_back = url_for(kind.show_endpoint, hash_key=hash_key)
    subject = f"the {kind.label.lower()} “{kind.summary(reported).title}” by @{reported.author.username}"
    return _report(reported.author, reported, subject=subject, way_back=way_back)


@reports.route("/@<username>/report", methods=["GET", "POST"])
@signed_in
def person(username: str) -> str | Response:
    """Report a person, whatever blocks there are between the two."""
    user = get_user_by_name(session(), username)
    way_back = url_of_person(session(), me(), user)
    return _report(user, None, subject=f"@{user.username}", way_back=way_back)


def _report(user: User, entry: Entry | None, *, subject: str, way_back: str) -> str | Response:
    check_may_report(me(), user)
    present = find_open_report(session(), me(), user.id, None if entry is None else entry.id)
    form = ReportForm(obj=present)
    if form.validate_on_submit():
        with errors_shown(form):
            check_reports(me())
            create_report(session(), me(), user, form.reason.data or "", entry=entry)
            count_report(me())
            flash("Thank you: the moderators will look at it.")
            return redirect(way_back)
    return render_template("moderation/new.html", form=form, subject=subject, present=present, way_back=way_back)
