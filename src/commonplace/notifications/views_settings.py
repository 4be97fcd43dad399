"""The page of settings on which a user chooses what they are told, and by which ways."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from commonplace.notifications import queries, service
from commonplace.notifications.forms import ChannelsForm
from commonplace.notifications.views import pages
from commonplace.users.current import me
from commonplace.web.current import session
from commonplace.web.guards import signed_in


@pages.route("/users/settings/notifications", methods=["GET", "POST"])
@signed_in
def settings() -> str | Response:
    """By which ways one hears of what."""
    form = ChannelsForm.of(me(), queries.list_channels(session(), me()))
    if form.validate_on_submit():
        service.choose_channels(session(), me(), form.values())
        flash("Your choice is saved.")
        return redirect(url_for("notifications.settings"))
    return render_template("notifications/settings.html", form=form)
