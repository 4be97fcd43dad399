"""The pages by which people come in and go out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.users import service
from commonplace.users.authentication import check_credentials, check_own_password, limited_sign_up
from commonplace.users.browser import enter, leave, note_closed, note_suspended
from commonplace.users.current import me, my_device, viewer
from commonplace.users.forms import ConfirmForm, SignInForm, SignUpForm
from commonplace.users.models import User
from commonplace.users.rules_sign_in import is_local_path
from commonplace.users.service_devices import confirm_device, delete_device
from commonplace.users.service_passwords import upgrade_hash
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone, signed_in

pages = Blueprint("users", __name__, template_folder="templates")


@pages.route("/users/signup", methods=["GET", "POST"])
@anyone
def sign_up() -> str | Response:
    """Make an account, by invitation where the site asks for one: `?invite=<code>`."""
    if viewer() is not None:
        return redirect(way_on())
    form = SignUpForm(invite=request.args.get("invite", ""))
    if form.validate_on_submit():
        with errors_shown(form), limited_sign_up(form.email.data or ""):
            enter(service.sign_up(session(), house(), **form.values()), is_remembered=False)
            flash("Welcome! A mail is on its way: please confirm your address with its link.")
            return redirect(way_on())
    obstacle = service.find_obstacle(session(), house(), form.invite.data or "")
    return render_template("users/sign_up.html", form=form, obstacle=obstacle)


@pages.route("/users/login", methods=["GET", "POST"])
@anyone
def sign_in() -> str | Response:
    """Sign in, and go on to where one wanted: `?next=<path>`."""
    if viewer() is not None:
        return redirect(way_on())
    form = SignInForm()
    if form.validate_on_submit():
        with errors_shown(form):
            user = check_credentials(form.username.data or "", form.password.data or "")
            upgrade_hash(session(), user, form.password.data or "")
            return lead_in(user, is_remembered=form.remember.data)
    return render_template("users/sign_in.html", form=form)


@pages.post("/users/logout")
@anyone
def sign_out() -> Response:
    """Sign out on this device."""
    if viewer() is not None:
        delete_device(session(), me(), my_device().id)
    leave()
    return redirect(url_for("timeline.home"))


@pages.route("/users/confirm", methods=["GET", "POST"])
@signed_in
def confirm() -> str | Response:
    """Give the password again before something that matters: `?next=<path>`."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with errors_shown(form):
            check_own_password(me(), form.password.data or "")
            confirm_device(session(), my_device())
            return redirect(way_on())
    return render_template("users/confirm.html", form=form)


def lead_in(user: User, *, is_remembered: bool) -> Response:
    """Sign in the user, who has proved who they are, and send them on to where they wanted.

    A closed or suspended account leads to what may still be done with it.
    """
    if user.closed_on is not None:
        note_closed(user)
        return redirect(url_for("users.reopen"))
    if user.suspended_on is not None:
        note_suspended(user)
        return redirect(url_for("suspended.show"))
    enter(user, is_remembered=is_remembered)
    return redirect(way_on())


def way_on() -> str:
    """Return where the visitor wanted to go, as far as that is on this site."""
    wanted = request.args.get("next", "")
    return wanted if is_local_path(wanted) else url_for("timeline.home")
