"""The pages of what concerns the viewer: the list, and the way from each to what it tells of.

As on GitHub, a notification is read once its link is followed or the entry it tells of is opened by any other way, and
as on Mastodon one button marks all. Looking at the list marks nothing: a glance must not lose what waits for an answer.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.entries.current import kinds
from commonplace.notifications import queries, service
from commonplace.notifications.current import find_place, note_read, unread_count
from commonplace.notifications.forms import ReadForm
from commonplace.notifications.models import Notification
from commonplace.notifications.sentences import make_sentence
from commonplace.users.current import me
from commonplace.web.current import session
from commonplace.web.guards import signed_in

pages = Blueprint("notifications", __name__, template_folder="templates")
PAGE = 20


@pages.get("/notifications")
@signed_in
def index() -> str:
    """What concerns the viewer, newest first."""
    page = queries.list_notifications(session(), me(), kinds(), cursor=request.args.get("cursor"), limit=PAGE)
    sentences = [make_sentence(notification, kinds()) for notification in page.items]
    return render_template("notifications/index.html", page=page, sentences=sentences)


@pages.get("/notifications/unread")
@signed_in
def unread() -> dict[str, int]:
    """How many are unread, for an open page that may have missed some."""
    return {"unread": unread_count()}


@pages.post("/notifications/read")
@signed_in
def read() -> Response:
    """Mark all as read, as far as they stood on the page."""
    form = ReadForm()
    if form.validate():
        service.mark_all_read(session(), me(), up_to=form.up_to.data)
        flash("All of it is marked as read.")
    return redirect(url_for("notifications.index"))


@pages.get("/notifications/<int:notification_id>")
@signed_in
def follow(notification_id: int) -> Response:
    """Go on to what a notification tells of, which is read from then on."""
    notification = queries.get_notification(session(), me(), notification_id, kinds())
    if request.method == "GET" and notification.read_on is None:
        note_read(me(), [notification.id])
    return redirect(_goal(notification))


def _goal(notification: Notification) -> str:
    place = find_place(notification)
    if place is not None:
        return url_for(place)
    if notification.event == "followed":
        return url_for("entries.person", username=notification.actor.username)
    if notification.entry is not None:
        return url_for(kinds()[notification.entry.kind].show_endpoint, hash_key=notification.entry.hash_key)
    return url_for("notifications.index")
