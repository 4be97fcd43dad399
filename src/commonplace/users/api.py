"""The JSON operations of accounts."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.etags import check_if_match, etag_of, with_etag
from commonplace.api.guards import administers, anyone, reads, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.version import api_url_for
from commonplace.core.errors import Forbidden
from commonplace.users import service
from commonplace.users.authentication import limited_sign_up
from commonplace.users.current import me, viewer
from commonplace.users.models import User
from commonplace.users.queries import get_user_by_name
from commonplace.users.queries_access import list_api_tokens
from commonplace.users.queries_relations import count_follows, get_relation
from commonplace.users.schemas import (
    CreatedTokenSchema,
    NewTokenSchema,
    NewUserSchema,
    ProfileSchema,
    PublicUserSchema,
    TokenListSchema,
    TokenSchema,
    UserPatchSchema,
    UserSchema,
)
from commonplace.users.service_tokens import create_token, delete_token
from commonplace.web.current import house, session

operations = ApiBlueprint("users_api", __name__, description="Accounts and their tokens.")


@operations.route("/users")
class Users(MethodView):
    """All accounts."""

    @anyone
    @idempotent
    @operations.arguments(NewUserSchema)
    @operations.response(201, UserSchema)
    def post(self, given: dict[str, str]) -> Response:
        """Make an account, where the site or an invitation allows it; 409 where name or address are taken."""
        invitation = given.pop("invite")
        with limited_sign_up(given["email"]):
            user = service.sign_up(session(), house(), **given, invitation=invitation)
        response = _own_account(user)
        response.status_code = 201
        response.headers["Location"] = api_url_for("users_api.OneUser", user_id=user.id)
        return response


@operations.route("/users/me")
class Me(MethodView):
    """The caller."""

    @reads
    @operations.response(200, UserSchema)
    def get(self) -> Response:
        """Return one's own account."""
        return _own_account(me())

    @writes
    @idempotent
    @operations.arguments(UserPatchSchema)
    @operations.response(200, UserSchema)
    def patch(self, given: dict[str, str]) -> Response:
        """Change one's own profile."""
        check_if_match(_version_of(me()))
        service.edit_profile(session(), me(), about=given.get("about", me().about))
        return _own_account(me())


@operations.route("/users/<int:user_id>")
class OneUser(MethodView):
    """An account by its id."""

    @reads
    @operations.response(200, UserSchema)
    def get(self, user_id: int) -> Response:
        """Return one's own account; 403 for any other id, whether it exists or not."""
        if user_id != me().id:
            raise Forbidden("This is not your account: ask for a public profile by name.")
        return _own_account(me())


@operations.route("/users/by-name/<username>")
class UserByName(MethodView):
    """A public profile."""

    @anyone
    @operations.response(200, ProfileSchema)
    def get(self, username: str) -> Response:
        """Return the profile of who bears this name now, or once did; 404 where they block the caller."""
        user = get_user_by_name(session(), username)
        relation = get_relation(session(), viewer(), user)
        counts = count_follows(session(), viewer(), user)
        found = PublicUserSchema().dump(user)
        found |= {"followers_count": counts.followers, "followed_count": counts.followed}
        if viewer() is not None:
            found |= {"is_followed": relation.is_followed, "follows_you": relation.follows_you}
        return with_etag(jsonify(found), etag_of(found))


@operations.route("/users/me/tokens")
class Tokens(MethodView):
    """One's tokens."""

    @administers
    @operations.response(200, TokenListSchema)
    def get(self) -> Response:
        """List one's tokens, newest first, without their secrets."""
        shown = TokenListSchema().dump({"items": list_api_tokens(session(), me())})
        return with_etag(jsonify(shown), etag_of(shown))

    @administers
    @operations.arguments(NewTokenSchema)
    @operations.response(201, CreatedTokenSchema)
    def post(self, given: dict[str, Any]) -> Response:
        """Make a token. Its secret is in this answer and nowhere else, so that it takes no Idempotency-Key."""
        token, secret = create_token(session(), me(), **given)
        response = jsonify(TokenSchema().dump(token) | {"token": secret})
        response.status_code = 201
        response.headers["Location"] = api_url_for("users_api.OneToken", token_id=token.id)
        return response


@operations.route("/users/me/tokens/<int:token_id>")
class OneToken(MethodView):
    """One token."""

    @administers
    @idempotent
    @operations.response(204)
    def delete(self, token_id: int) -> Response:
        """Revoke a token."""
        delete_token(session(), me(), token_id)
        return Response(status=204)


def _own_account(user: User) -> Response:
    return with_etag(jsonify(UserSchema().dump(user)), _version_of(user))


def _version_of(user: User) -> str:
    return etag_of(UserSchema().dump(user))
