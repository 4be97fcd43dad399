"""The forms of accounts. What a field may hold the rules decide; here only that it is there, and no flood."""

from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput

from commonplace.core import clock
from commonplace.users.rules import MAX_EMAIL
from commonplace.users.rules_sign_in import MAX_PASSWORD, MIN_PASSWORD
from commonplace.users.service import ABOUT_LENGTH
from commonplace.users.service_invitations import MAX_USES, NOTE_LENGTH
from commonplace.users.service_tokens import LABEL_LENGTH
from commonplace.web.forms import Form

FILLED = InputRequired("Fill this in.")
NO_FLOOD = Length(max=10 * MAX_PASSWORD)
NEVER = "0"
EXPIRIES = [
    SelectChoice("7", "A week"),
    SelectChoice("30", "A month"),
    SelectChoice("90", "Three months"),
    SelectChoice("365", "A year"),
    SelectChoice(NEVER, "Without end"),
]
SCOPE_NAMES = [
    SelectChoice("read", "Read what you may see"),
    SelectChoice("write", "Share, edit and delete in your name"),
    SelectChoice("admin", "Manage your tokens, and the site where you own it"),
]


def _name(label: str) -> StringField:
    attributes = {"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}
    return StringField(label, [FILLED, Length(max=MAX_EMAIL)], render_kw=attributes)


def _email(label: str) -> EmailField:
    return EmailField(label, [FILLED, Length(max=MAX_EMAIL)], render_kw={"autocomplete": "email"})


def _password(label: str) -> PasswordField:
    return PasswordField(label, [FILLED, NO_FLOOD], render_kw={"autocomplete": "current-password"})


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label, [FILLED, NO_FLOOD], render_kw={"autocomplete": "new-password", "minlength": MIN_PASSWORD}
    )


class SignUpForm(Form):
    """A new account."""

    username = _name("Name")
    email = _email("E-mail address")
    password = _new_password("Password")
    invite = HiddenField()

    def values(self) -> dict[str, str]:
        """Return what the service takes."""
        return {
            "username": self.username.data or "",
            "email": self.email.data or "",
            "password": self.password.data or "",
            "invitation": self.invite.data or "",
        }


class SignInForm(Form):
    """Name and password."""

    username = _name("Name or e-mail address")
    password = _password("Password")
    remember = BooleanField("Stay signed in on this device")


class ConfirmForm(Form):
    """The password once more."""

    password = _password("Password")


class ForgotForm(Form):
    """Where to send a link."""

    email = _email("E-mail address")


class ResetForm(Form):
    """A new password, for who forgot the old one."""

    password = _new_password("New password")


class PasswordForm(Form):
    """A new password, for who knows the present one."""

    present_password = _password("Present password")
    password = _new_password("New password")


class ProfileForm(Form):
    """What a user tells of themselves."""

    about = TextAreaField("About you", [Length(max=2 * ABOUT_LENGTH)])


class UsernameForm(Form):
    """Another name."""

    username = _name("Name")


class BlockForm(Form):
    """Somebody to have nothing to do with."""

    username = StringField(
        "Name", [FILLED, NO_FLOOD], render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
    )


class EmailForm(Form):
    """Another address."""

    email = _email("E-mail address")


class TokenForm(Form):
    """A new token for a program."""

    label = StringField("What it is for", [FILLED, Length(max=LABEL_LENGTH)], render_kw={"autocomplete": "off"})
    scopes = SelectMultipleField("What it may do", choices=SCOPE_NAMES, default=["read"], option_widget=CheckboxInput())
    expiry = SelectField("Good for", choices=EXPIRIES, default="90")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "label": self.label.data or "",
            "scopes": self.scopes.data or [],
            "expires_on": _expires_on(self.expiry.data),
        }


class InvitationForm(Form):
    """A new invitation."""

    note = StringField("Note", [Length(max=NOTE_LENGTH)], render_kw={"autocomplete": "off"})
    max_uses = IntegerField(
        "How many people", [FILLED, NumberRange(1, MAX_USES)], default=1, render_kw={"min": 1, "max": MAX_USES}
    )
    expiry = SelectField("Good for", choices=EXPIRIES, default="7")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "note": self.note.data or "",
            "max_uses": self.max_uses.data,
            "expires_on": _expires_on(self.expiry.data),
        }


def _expires_on(choice: str) -> datetime | None:
    return None if choice == NEVER else clock.now() + timedelta(days=int(choice))
