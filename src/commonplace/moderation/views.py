"""The pages of moderators on reports: what is to be decided, one report, and the three decisions."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.entries.current import kinds
from commonplace.moderation import queries, service
from commonplace.moderation.forms import NoteForm
from commonplace.moderation.models import Report
from commonplace.moderation.paths import list_paths
from commonplace.moderation.rules import may
from commonplace.users.current import me
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import moderator

pages = Blueprint("moderation", __name__, url_prefix="/moderation", template_folder="templates", static_folder=None)
PAGE = 20


@pages.get("/")
@moderator
def queue() -> str:
    """What is to be decided, newest first."""
    page = queries.list_open_reports(session(), me(), cursor=request.args.get("cursor"), limit=PAGE)
    entries = queries.list_entries_reported(session(), page.items, kinds())
    forms = {report.id: NoteForm.for_item(report.id) for report in page.items}
    return render_template(
        "moderation/queue.html", page=page, entries=entries, forms=forms, may=may, kinds_by_name=kinds()
    )


@pages.get("/reports/<int:report_id>")
@moderator
def report(report_id: int) -> str:
    """One report, with the whole text of what it is about while it is to be decided."""
    return _page(report_id, NoteForm())


@pages.post("/reports/<int:report_id>/dismiss")
@moderator
def dismiss(report_id: int) -> str | Response:
    """Close a report with nothing done."""

    def act(report: Report, note: str, path: str) -> None:
        service.dismiss_report(session(), me(), report, note=note, path=path)

    return _decide(report_id, act, "The report is dismissed.")


@pages.post("/reports/<int:report_id>/hide")
@moderator
def hide(report_id: int) -> str | Response:
    """Hide what was reported from all but its author."""

    def act(report: Report, note: str, path: str) -> None:
        service.hide_reported(session(), me(), report, note=note, path=path)

    return _decide(report_id, act, "It is hidden: nobody sees it but its author.")


@pages.post("/reports/<int:report_id>/suspend")
@moderator
def suspend(report_id: int) -> str | Response:
    """Suspend the person who was reported."""

    def act(report: Report, note: str, path: str) -> None:
        service.suspend_reported(session(), house(), me(), report, note=note, path=path)

    return _decide(report_id, act, "The person is suspended, and signed out everywhere.")


def _decide(report_id: int, act: Callable[[Report, str, str], None], done: str) -> str | Response:
    report, form = queries.get_report(session(), me(), report_id), NoteForm()
    if form.validate_on_submit():
        path = list_paths(session(), [report]).get(report.entry_id or 0, "")
        with errors_shown(form):
            act(report, form.note.data or "", path)
            flash(done)
            return redirect(url_for("moderation.queue"))
    return _page(report_id, form)


def _page(report_id: int, form: NoteForm) -> str:
    report = queries.get_report(session(), me(), report_id)
    is_open = report.state == "open"
    entry = queries.list_entries_reported(session(), [report], kinds()).get(report.entry_id or 0) if is_open else None
    text = kinds()[entry.kind].search_text(entry).body if entry is not None else ""
    return render_template(
        "moderation/report.html", report=report, entry=entry, text=text, form=form, may=may, kinds_by_name=kinds()
    )
