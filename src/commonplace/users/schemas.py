"""Accounts as JSON: what a program may send, and the fields that leave, by name and by who asks."""

from flask import url_for
from marshmallow import Schema, fields, validate

from commonplace.api.fields import Moment
from commonplace.users.models import ApiToken, User
from commonplace.users.rules import MAX_EMAIL, MAX_USERNAME, MIN_USERNAME
from commonplace.users.rules_sign_in import MAX_PASSWORD, MIN_PASSWORD, SCOPES
from commonplace.users.service import ABOUT_LENGTH
from commonplace.users.service_tokens import LABEL_LENGTH


class NewUserSchema(Schema):
    """A new account."""

    username = fields.String(
        required=True,
        metadata={
            "description": "Letters, digits, and `_`, `-` or `.` between them.",
            "minLength": MIN_USERNAME,
            "maxLength": MAX_USERNAME,
        },
    )
    email = fields.String(required=True, metadata={"format": "email", "maxLength": MAX_EMAIL})
    password = fields.String(
        required=True,
        validate=validate.Length(max=10 * MAX_PASSWORD),
        metadata={"minLength": MIN_PASSWORD, "maxLength": MAX_PASSWORD},
    )
    invite = fields.String(
        load_default="", metadata={"description": "The code of an invitation, where the site asks for one."}
    )


class UserPatchSchema(Schema):
    """What a user may change of their profile."""

    about = fields.String(validate=validate.Length(max=ABOUT_LENGTH), metadata={"description": "Markdown."})


class PublicUserSchema(Schema):
    """A user as others see them."""

    id = fields.Integer()
    username = fields.String()
    url = fields.Method("make_url", metadata={"type": "string", "format": "uri"})
    about = fields.String()
    role = fields.String()
    created_on = fields.AwareDateTime()

    def make_url(self, user: User) -> str:
        """Return the address of the user's page."""
        return url_for("entries.person", username=user.username, _external=True)


class ProfileSchema(PublicUserSchema):
    """A user as others see them, and how they are related."""

    followers_count = fields.Integer()
    followed_count = fields.Integer()
    is_followed = fields.Boolean(metadata={"description": "By the caller; left out where nobody signed in."})
    follows_you = fields.Boolean(metadata={"description": "Whether the user follows the caller; likewise."})


class UserSchema(PublicUserSchema):
    """A user as they see themselves."""

    email = fields.String()
    email_verified_on = fields.AwareDateTime(allow_none=True)


class NewTokenSchema(Schema):
    """A new token."""

    label = fields.String(
        required=True, validate=validate.Length(1, LABEL_LENGTH), metadata={"description": "What it is for."}
    )
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(min=1))
    expires_on = Moment(
        load_default=None, allow_none=True, metadata={"description": "Left out for a token without end."}
    )


class TokenSchema(Schema):
    """A token, without its secret."""

    id = fields.Integer()
    label = fields.String()
    scopes = fields.Method("list_scopes", metadata={"type": "array", "items": {"type": "string"}})
    created_on = fields.AwareDateTime()
    expires_on = fields.AwareDateTime(allow_none=True)
    used_on = fields.AwareDateTime(allow_none=True)

    def list_scopes(self, token: ApiToken) -> list[str]:
        """Return the scopes in their order."""
        return token.scopes.split()


class CreatedTokenSchema(TokenSchema):
    """A token with its secret, which is shown this once."""

    token = fields.String(metadata={"description": "To be sent as `Authorization: Bearer …`."})


class TokenListSchema(Schema):
    """All of one's tokens."""

    items = fields.List(fields.Nested(TokenSchema))
