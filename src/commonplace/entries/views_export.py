"""One's own data, all of it, in one archive: for who is signed in, and for whose account is suspended."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from commonplace.core.errors import NotFound
from commonplace.entries import queries
from commonplace.entries.service_exports import request_export
from commonplace.entries.tasks import make_export
from commonplace.jobs.job import nudge
from commonplace.users.browser import get_suspended_user
from commonplace.users.current import me
from commonplace.users.models import User
from commonplace.web.current import house, session
from commonplace.web.downloads import file_response
from commonplace.web.guards import anyone, freshly_signed_in, signed_in

exports = Blueprint("exports", __name__, url_prefix="/users/settings/export", template_folder="templates")
suspended = Blueprint("suspended", __name__, url_prefix="/users/suspended", template_folder="templates")
"""Where signing in leads whose account is suspended; `get_suspended_user` is what guards it."""


@exports.get("")
@signed_in
def show() -> str:
    """What an export holds, and the state of the last one asked for."""
    return render_template("entries/export.html", export=queries.find_export(session(), me()))


@exports.post("")
@freshly_signed_in
def request_() -> Redirect:
    """Ask for an archive of all of one's own data."""
    _request(me())
    return redirect(url_for("exports.show"))


@exports.get("/archive")
@freshly_signed_in
def archive() -> Response:
    """The archive itself."""
    return _archive_of(me())


@suspended.get("", endpoint="show")
@anyone
def show_suspended() -> str:
    """That one's account is suspended, and what one can still do."""
    user = get_suspended_user()
    return render_template("entries/suspended.html", user=user, export=queries.find_export(session(), user))


@suspended.post("/export", endpoint="request_")
@anyone
def request_suspended() -> Redirect:
    """Ask for an archive, as above."""
    _request(get_suspended_user())
    return redirect(url_for("suspended.show"))


@suspended.get("/export/archive", endpoint="archive")
@anyone
def archive_suspended() -> Response:
    """The archive itself."""
    return _archive_of(get_suspended_user())


def _request(user: User) -> None:
    export = request_export(session(), user)
    nudge(session(), make_export, export.id)
    flash("Your archive is being made. Reload this page in a moment.")


def _archive_of(user: User) -> Response:
    export = queries.find_export(session(), user)
    if export is None or export.state != "ready":
        raise NotFound("There is no archive yet: ask for one first.")
    return file_response(house().storage, export.file_name, "application/zip", f"commonplace-{user.username}.zip")
