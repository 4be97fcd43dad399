"""The JSON operations of posts."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.etags import check_if_match, with_etag
from commonplace.api.guards import anyone, writes
from commonplace.api.idempotency import idempotent
from commonplace.api.paging import page_response, page_schema
from commonplace.api.version import api_url_for
from commonplace.entries.current import kinds
from commonplace.entries.queries import get_entry
from commonplace.entries.queries_tallies import add_answered, add_tallies
from commonplace.entries.service import delete_entry
from commonplace.posts import queries, rules, service
from commonplace.posts.models import Post
from commonplace.posts.schemas import PostInSchema, PostListQuerySchema, PostPatchSchema, PostSchema
from commonplace.posts.service import PostValues
from commonplace.users.current import me, viewer
from commonplace.users.queries_relations import get_known_user
from commonplace.web.current import session

posts = ApiBlueprint("posts_api", __name__, description="Short posts, and replies to anything.")
POST = PostSchema()


@posts.route("/posts")
class Posts(MethodView):
    """All posts."""

    @anyone
    @posts.arguments(PostListQuerySchema, location="query")
    @posts.response(200, page_schema(PostSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List posts that the caller may see, newest first, replies among them."""
        page = queries.list_posts(
            session(),
            viewer(),
            author=get_known_user(session(), viewer(), query["author"]) if query["author"] else None,
            tag=rules.fold_tag(query["tag"]) or "" if query["tag"] is not None else None,
            cursor=query["cursor"],
            limit=query["limit"],
        )
        add_what_became(page.items)
        return page_response(page, POST.dump)

    @writes
    @idempotent
    @posts.arguments(PostInSchema, location="json_or_text")
    @posts.response(201, PostSchema)
    def post(self, given: dict[str, Any]) -> Response:
        """Share a post, or a reply to an entry of any kind. A body of `text/plain` works too."""
        parent_key = given.pop("parent")
        parent = get_entry(session(), me(), parent_key, kinds()) if parent_key is not None else None
        post = service.share_post(session(), me(), PostValues(**given), parent=parent)
        response = post_response(post)
        response.status_code = 201
        response.headers["Location"] = api_url_for("posts_api.OnePost", hash_key=post.hash_key)
        return response


@posts.route("/posts/<hash_key:hash_key>")
class OnePost(MethodView):
    """One post."""

    @anyone
    @posts.response(200, PostSchema)
    def get(self, hash_key: str) -> Response:
        """Return a post with what became of it."""
        return post_response(queries.get_post(session(), viewer(), hash_key))

    @writes
    @idempotent
    @posts.arguments(PostPatchSchema)
    @posts.response(200, PostSchema)
    def patch(self, given: dict[str, Any], hash_key: str) -> Response:
        """Change a post of one's own."""
        post = queries.get_post(session(), me(), hash_key)
        check_if_match(version_of(post))
        service.edit_post(session(), me(), post, PostValues(**({"content": post.content} | given)))
        return post_response(post)

    @writes
    @idempotent
    @posts.response(204)
    def delete(self, hash_key: str) -> Response:
        """Put a post of one's own into the trash."""
        post = queries.get_post(session(), me(), hash_key)
        check_if_match(version_of(post))
        delete_entry(session(), post, me())
        return Response(status=204)


def add_what_became(posts: Sequence[Post]) -> None:
    """Add to posts what the caller may know of their tags, likes and replies, and of what they answer."""
    queries.add_tags(session(), posts)
    add_tallies(session(), viewer(), posts, kinds())
    add_answered(session(), viewer(), posts, kinds())


def version_of(post: Post) -> str:
    """Return the post's version, with which an ETag begins."""
    return f"{post.hash_key}-{post.version}"


def post_response(post: Post) -> Response:
    """Return a post as JSON with its ETag, which also tells of likes and replies."""
    add_what_became([post])
    shown = POST.dump(post)
    became = f"{shown['likes']}-{shown['replies']}-{shown['parent'] or ''}"
    return with_etag(jsonify(shown), f"{version_of(post)}.{became}")
