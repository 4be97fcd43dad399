"""The end of mails, for who has one before them: no sign-in, one click.

Mail programs send the POST by themselves (RFC 8058), from no page of ours: it is the one form without a token against
forgery, as the signed address is proof enough. Scanners open links, so that GET shows a button and changes nothing.
"""

from flask import render_template

from commonplace.notifications.service import stop_mails
from commonplace.notifications.unsubscribing import read_unsubscribe_token
from commonplace.notifications.views import pages
from commonplace.web.current import house, session
from commonplace.web.guards import anyone


@pages.get("/notifications/unsubscribe/<token>")
@anyone
def ask_unsubscribe(token: str) -> str:
    """Ask whether it is meant."""
    user, cadence = read_unsubscribe_token(session(), house(), token)
    return render_template("notifications/unsubscribe.html", user=user, cadence=cadence, is_done=False)


@pages.post("/notifications/unsubscribe/<token>")
@anyone
def unsubscribe(token: str) -> str:
    """Send no more of these."""
    user, cadence = read_unsubscribe_token(session(), house(), token)
    stop_mails(session(), user, cadence)
    return render_template("notifications/unsubscribe.html", user=user, cadence=cadence, is_done=True)
