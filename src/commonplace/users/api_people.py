"""The JSON operations between people: follow, block, mute, and who follows whom."""

from collections.abc import Callable
from typing import Any

from flask import Response
from flask.views import MethodView

from commonplace.api.guards import reads, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.paging import PagingQuery, page_response, page_schema
from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page
from commonplace.users import service_follows as service
from commonplace.users.api import operations
from commonplace.users.current import me
from commonplace.users.models import User
from commonplace.users.queries import get_user
from commonplace.users.queries_people import list_followed, list_followers
from commonplace.users.queries_relations import get_known_user, get_relation
from commonplace.users.schemas import PublicUserSchema
from commonplace.web.current import session

PUBLIC_USER = PublicUserSchema()
PublicUserPage = page_schema(PublicUserSchema)


@operations.route("/users/<int:user_id>/follow")
class OneFollow(MethodView):
    """That the caller follows a user."""

    @writes
    @idempotent
    @operations.response(204)
    def put(self, user_id: int) -> Response:
        """Follow a user; 404 where either blocks the other."""
        service.follow_user(session(), me(), get_known_user(session(), me(), user_id))
        return Response(status=204)

    @writes
    @idempotent
    @operations.response(204)
    def delete(self, user_id: int) -> Response:
        """Follow a user no longer."""
        service.unfollow_user(session(), me(), get_known_user(session(), me(), user_id, to_end=True))
        return Response(status=204)


@operations.route("/users/<int:user_id>/block")
class OneBlock(MethodView):
    """That the caller blocks a user."""

    @writes
    @idempotent
    @operations.response(204)
    def put(self, user_id: int) -> Response:
        """Block a user, who may block the caller already; both follows end, and neither sees the other."""
        service.block_user(session(), me(), get_user(session(), user_id))
        return Response(status=204)

    @writes
    @idempotent
    @operations.response(204)
    def delete(self, user_id: int) -> Response:
        """Block a user no longer; the follows do not come back."""
        service.unblock_user(session(), me(), get_known_user(session(), me(), user_id, to_end=True))
        return Response(status=204)


@operations.route("/users/<int:user_id>/mute")
class OneMute(MethodView):
    """That the caller mutes a user."""

    @writes
    @idempotent
    @operations.response(204)
    def put(self, user_id: int) -> Response:
        """Mute a user, who never learns of it: what they share is not in one's feed."""
        service.mute_user(session(), me(), get_known_user(session(), me(), user_id))
        return Response(status=204)

    @writes
    @idempotent
    @operations.response(204)
    def delete(self, user_id: int) -> Response:
        """Mute a user no longer."""
        service.unmute_user(session(), me(), get_known_user(session(), me(), user_id, to_end=True))
        return Response(status=204)


@operations.route("/users/<int:user_id>/followers")
class Followers(MethodView):
    """Who follows a user."""

    @reads
    @operations.arguments(PagingQuery, location="query")
    @operations.response(200, PublicUserPage)
    def get(self, query: dict[str, Any], user_id: int) -> Response:
        """List who follows a user, as far as the caller may know of them, the newest members first."""
        return _people_of(user_id, list_followers, query)


@operations.route("/users/<int:user_id>/followed")
class Followed(MethodView):
    """Whom a user follows."""

    @reads
    @operations.arguments(PagingQuery, location="query")
    @operations.response(200, PublicUserPage)
    def get(self, query: dict[str, Any], user_id: int) -> Response:
        """List whom a user follows, as far as the caller may know of them, the newest members first."""
        return _people_of(user_id, list_followed, query)


def _people_of(user_id: int, list_people: Callable[..., Page[User]], query: dict[str, Any]) -> Response:
    person = get_user(session(), user_id)
    if get_relation(session(), me(), person).is_blocked:
        raise NotFound("You block this user.")
    page = list_people(session(), me(), person, cursor=query["cursor"], limit=query["limit"])
    return page_response(page, PUBLIC_USER.dump)
