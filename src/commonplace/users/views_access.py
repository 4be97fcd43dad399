"""Settings: on which devices one is signed in, which tokens programs have; and invitations."""

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from commonplace.core import clock
from commonplace.users.agents import describe_agent
from commonplace.users.current import me, my_device
from commonplace.users.forms import InvitationForm, TokenForm
from commonplace.users.queries_access import (
    get_invitation,
    list_api_tokens,
    list_devices,
    list_invitations,
)
from commonplace.users.service_devices import delete_device, delete_devices
from commonplace.users.service_invitations import create_invitation, revoke_invitation
from commonplace.users.service_tokens import create_token, delete_token
from commonplace.users.views import pages
from commonplace.web.current import house, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import freshly_signed_in, moderator, signed_in


@pages.get("/users/settings/sessions")
@signed_in
def settings_devices() -> str:
    """Where one is signed in."""
    devices = list_devices(session(), me())
    return render_template(
        "users/settings_devices.html", devices=devices, present=my_device(), describe_agent=describe_agent
    )


@pages.post("/users/settings/sessions/<int:device_id>/delete")
@signed_in
def settings_devices_delete(device_id: int) -> Response:
    """Sign out on one device."""
    delete_device(session(), me(), device_id)
    flash("That device is signed out.")
    return redirect(url_for("users.settings_devices"))


@pages.post("/users/settings/sessions/delete-others")
@signed_in
def settings_devices_delete_others() -> Response:
    """Sign out everywhere but here."""
    delete_devices(session(), me(), but=my_device())
    flash("You are signed out everywhere but here.")
    return redirect(url_for("users.settings_devices"))


@pages.route("/users/settings/tokens", methods=["GET", "POST"])
@freshly_signed_in
def settings_tokens() -> FlaskResponse:
    """One's tokens; a new one is shown this once."""
    form, secret = TokenForm(), None
    if form.validate_on_submit():
        with errors_shown(form):
            _, secret = create_token(session(), me(), **form.values())
            form = TokenForm(formdata=None)
    tokens = list_api_tokens(session(), me())
    page = render_template("users/settings_tokens.html", form=form, secret=secret, tokens=tokens, now=clock.now())
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/users/settings/tokens/<int:token_id>/delete")
@freshly_signed_in
def settings_tokens_delete(token_id: int) -> Response:
    """Revoke a token."""
    delete_token(session(), me(), token_id)
    flash("That token is revoked.")
    return redirect(url_for("users.settings_tokens"))


@pages.route("/users/invitations", methods=["GET", "POST"])
@moderator
def invitations() -> str | Response:
    """All invitations; a new one."""
    form = InvitationForm()
    if form.validate_on_submit():
        with errors_shown(form):
            create_invitation(session(), me(), **form.values())
            flash("The invitation is ready: send its link.")
            return redirect(url_for("users.invitations"))
    return render_template(
        "users/invitations.html",
        form=form,
        invitations=list_invitations(session()),
        site_url=house().settings.site_url,
        now=clock.now(),
    )


@pages.post("/users/invitations/<int:invitation_id>/revoke")
@moderator
def invitations_revoke(invitation_id: int) -> Response:
    """Let nobody else in by an invitation."""
    revoke_invitation(session(), get_invitation(session(), invitation_id))
    flash("That invitation is revoked.")
    return redirect(url_for("users.invitations"))
