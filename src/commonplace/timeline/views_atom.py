"""One's own feed elsewhere: by a secret address, for a feed reader."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect

from commonplace.core import clock
from commonplace.entries.atom import atom_feed
from commonplace.entries.current import kinds
from commonplace.timeline.current import feed
from commonplace.timeline.queries_tokens import get_feed_token_by_secret, list_feed_tokens
from commonplace.timeline.service_tokens import create_feed_token, delete_feed_token, touch_feed_token
from commonplace.timeline.views import PAGE, pages
from commonplace.users.current import me
from commonplace.users.rules_sign_in import is_due
from commonplace.web.current import session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone, freshly_signed_in
from commonplace.web.unit_of_work import aside


@pages.get("/feeds/<secret>.atom")
@anyone
def atom(secret: str) -> Response:
    """A user's own feed, for whoever knows its secret address."""
    token = get_feed_token_by_secret(session(), secret)
    page = feed().list_entries(session(), token.user, kinds(), limit=PAGE)
    if token.used_on is None or is_due(token.used_on, clock.now()):
        with aside() as writing:
            touch_feed_token(writing, token.id)
    title, own_page = f"The feed of @{token.user.username}", url_for("timeline.home", _external=True)
    response = atom_feed(title, own_page, page.items, secret_id=f"/feeds/{token.id}")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.route("/users/settings/feeds", methods=["GET", "POST"])
@freshly_signed_in
def settings_feeds() -> Response:
    """One's secret addresses; a new one is shown this once."""
    form, secret = FlaskForm(), None
    if form.validate_on_submit():
        with errors_shown(form):
            secret = create_feed_token(session(), me())
    tokens = list_feed_tokens(session(), me())
    response = make_response(render_template("timeline/settings_feeds.html", form=form, secret=secret, tokens=tokens))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.post("/users/settings/feeds/<int:token_id>/delete")
@freshly_signed_in
def settings_feeds_delete(token_id: int) -> Redirect:
    """Revoke a secret address."""
    delete_feed_token(session(), me(), token_id)
    flash("That address is revoked: nobody reads your feed by it any more.")
    return redirect(url_for("timeline.settings_feeds"))
