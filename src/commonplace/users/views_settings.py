"""Settings: what a user tells of themselves, their name, address and password, and the end of the account."""

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from commonplace.users import service
from commonplace.users.authentication import check_own_password, limit_mails
from commonplace.users.browser import leave
from commonplace.users.current import me, my_device
from commonplace.users.forms import EmailForm, PasswordForm, ProfileForm, UsernameForm
from commonplace.users.models import GRACE
from commonplace.users.service_closing import close_account
from commonplace.users.service_mail import mail_verification
from commonplace.users.service_passwords import change_password
from commonplace.users.views import pages
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone, freshly_signed_in, signed_in


@pages.get("/users/settings")
@signed_in
def settings() -> str:
    """Where each setting is."""
    return render_template("users/settings.html")


@pages.route("/users/settings/profile", methods=["GET", "POST"])
@signed_in
def settings_profile() -> str | Response:
    """What others read on one's page."""
    form = ProfileForm(obj=me())
    if form.validate_on_submit():
        with errors_shown(form):
            service.edit_profile(session(), me(), about=form.about.data or "")
            flash("Your profile is saved.")
            return redirect(url_for("users.settings_profile"))
    return render_template("users/settings_profile.html", form=form)


@pages.route("/users/settings/username", methods=["GET", "POST"])
@freshly_signed_in
def settings_username() -> str | Response:
    """Another name; the old one leads to the new."""
    form = UsernameForm(obj=me())
    if form.validate_on_submit():
        with errors_shown(form):
            service.rename_user(session(), me(), form.username.data or "")
            flash(f"You are @{me().username} now.")
            return redirect(url_for("users.settings_username"))
    return render_template("users/settings_username.html", form=form)


@pages.route("/users/settings/email", methods=["GET", "POST"])
@freshly_signed_in
def settings_email() -> str | Response:
    """Another address, or a new link for the present one."""
    form = EmailForm(obj=me())
    if form.validate_on_submit():
        with errors_shown(form):
            service.change_email(session(), house(), me(), form.email.data or "")
            flash("Your address is saved.")
            return redirect(url_for("users.settings_email"))
    return render_template("users/settings_email.html", form=form)


@pages.post("/users/settings/email/verify")
@signed_in
def settings_email_verify() -> Response:
    """Ask for another mail with a link to confirm the address."""
    if me().email_verified_on is None:
        limit_mails(me().email)
        mail_verification(session(), house(), me())
        flash("A mail is on its way.")
    return redirect(url_for("users.settings_email"))


@pages.route("/users/settings/password", methods=["GET", "POST"])
@signed_in
def settings_password() -> str | Response:
    """Another password, which signs out everywhere else."""
    form = PasswordForm()
    if form.validate_on_submit():
        with errors_shown(form):
            _change_password(form)
            flash("Your password is changed. Other devices are signed out; tokens and feed addresses are revoked.")
            return redirect(url_for("users.settings_password"))
    return render_template("users/settings_password.html", form=form)


@pages.get("/.well-known/change-password")
@anyone
def well_known_change_password() -> Response:
    """Where password managers look for the page to change one (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect(url_for("users.settings_password"))


@pages.route("/users/settings/delete", methods=["GET", "POST"])
@freshly_signed_in
def settings_delete() -> str | Response:
    """What deleting one's account means; it is closed at once, and purged after a fortnight."""
    form = FlaskForm()
    if form.validate_on_submit():
        with errors_shown(form):
            close_account(session(), house(), me())
            leave()
            flash(f"Your account is closed. Sign in within {GRACE.days} days to keep it after all.")
            return redirect(url_for("timeline.home"))
    return render_template("users/settings_delete.html", form=form, days=GRACE.days)


def _change_password(form: PasswordForm) -> None:
    check_own_password(me(), form.present_password.data or "", field="present_password")
    change_password(session(), house(), me(), form.password.data or "", device=my_device())
