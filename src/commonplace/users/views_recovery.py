"""Pages for who cannot come in: a forgotten password, an address to verify, an account that was closed.

A link in a mail only shows a page with a button: mail scanners open links, and must not use them up.
"""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.core.errors import NotFound
from commonplace.users.authentication import limit_mails
from commonplace.users.browser import get_closed_user
from commonplace.users.forms import ForgotForm, ResetForm
from commonplace.users.links import RESET, VERIFY, get_user_by_link
from commonplace.users.service import verify_email
from commonplace.users.service_closing import reopen_account
from commonplace.users.service_passwords import request_reset, reset_password
from commonplace.users.views import lead_in, pages
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone


@pages.route("/users/forgot", methods=["GET", "POST"])
@anyone
def forgot() -> str | Response:
    """Ask for a link to choose a new password; the answer is the same whether there is such an account."""
    form = ForgotForm()
    if form.validate_on_submit():
        limit_mails(form.email.data or "")
        request_reset(session(), house(), form.email.data or "")
        return render_template("users/forgot_sent.html", email=form.email.data)
    return render_template("users/forgot.html", form=form)


@pages.route("/users/reset/<token>", methods=["GET", "POST"])
@anyone
def reset(token: str) -> str | Response:
    """Choose a new password."""
    try:
        user = get_user_by_link(session(), house(), RESET, token)
    except NotFound as error:
        flash(error.message, "error")
        return redirect(url_for("users.forgot"))
    form = ResetForm()
    if form.validate_on_submit():
        with errors_shown(form):
            reset_password(session(), house(), user, form.password.data or "")
            flash("Your password is changed. Sign in with the new one.")
            return redirect(url_for("users.sign_in"))
    return render_template("users/reset.html", form=form, username=user.username)


@pages.route("/users/verify/<token>", methods=["GET", "POST"])
@anyone
def verify(token: str) -> str | Response:
    """Confirm an e-mail address."""
    user = get_user_by_link(session(), house(), VERIFY, token)
    if request.method == "POST":
        verify_email(session(), user)
        flash("Thank you: your address is confirmed.")
        return redirect(url_for("timeline.home"))
    return render_template("users/verify.html", email=user.email, token=token)


@pages.route("/users/reopen", methods=["GET", "POST"])
@anyone
def reopen() -> str | Response:
    """Keep an account after all that was closed less than a fortnight ago."""
    user = get_closed_user()
    if request.method == "POST":
        reopen_account(session(), user)
        way_in = lead_in(user, is_remembered=False)
        flash("Welcome back. Your account stays.")
        return way_in
    return render_template("users/reopen.html", user=user)
