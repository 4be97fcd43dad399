"""The pages of moderators on what is in force: what is hidden, who is suspended, and the log of how it came to that."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.entries.current import kinds
from commonplace.moderation import queries, service
from commonplace.moderation.forms import NoteForm, SuspendForm
from commonplace.moderation.paths import path_to
from commonplace.moderation.rules import may
from commonplace.moderation.views import PAGE, pages
from commonplace.users.current import me
from commonplace.users.queries import get_account_by_name, get_suspended_user, list_suspended_users
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import moderator


@pages.get("/hidden")
@moderator
def hidden() -> str:
    """What moderators hid, newest first."""
    page = queries.list_hidden(session(), kinds(), cursor=request.args.get("cursor"), limit=PAGE)
    forms = {entry.id: NoteForm.for_item(entry.id) for entry in page.items}
    return render_template("moderation/hidden.html", page=page, forms=forms, may=may)


@pages.post("/hidden/<int:entry_id>/unhide")
@moderator
def unhide(entry_id: int) -> Response:
    """Show an entry again to whom it was shared with."""
    entry = queries.get_hidden(session(), kinds(), entry_id)
    path = path_to(entry.kind, entry.hash_key)
    service.unhide_hidden(session(), me(), entry, note=NoteForm().note.data or "", path=path)
    flash("It is shown again.")
    return redirect(url_for("moderation.hidden"))


@pages.route("/people", methods=["GET", "POST"])
@moderator
def people() -> str | Response:
    """Who is suspended; suspend somebody by name."""
    form = SuspendForm()
    if form.validate_on_submit():
        with errors_shown(form):
            person = get_account_by_name(session(), form.username.data or "")
            service.suspend_person(session(), house(), me(), person, note=form.note.data or "")
            flash(f"@{person.username} is suspended, and signed out everywhere.")
            return redirect(url_for("moderation.people"))
    page = list_suspended_users(session(), cursor=request.args.get("cursor"), limit=PAGE)
    forms = {user.id: NoteForm.for_item(user.id) for user in page.items}
    return render_template("moderation/people.html", page=page, form=form, forms=forms, may=may)


@pages.post("/people/<int:user_id>/unsuspend")
@moderator
def unsuspend(user_id: int) -> Response:
    """Let somebody in again, and others see them."""
    person = get_suspended_user(session(), user_id)
    service.unsuspend_person(session(), house(), me(), person, note=NoteForm().note.data or "")
    flash(f"@{person.username} is back.")
    return redirect(url_for("moderation.people"))


@pages.get("/log")
@moderator
def log() -> str:
    """What moderators did, newest first."""
    page = queries.list_log(session(), cursor=request.args.get("cursor"), limit=PAGE)
    return render_template("moderation/log.html", page=page)
