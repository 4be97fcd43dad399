"""Every SELECT over posts."""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from commonplace.core.errors import NotFound
from commonplace.core.ids import is_hash_key
from commonplace.core.pagination import Page, page
from commonplace.entries.models import Entry
from commonplace.entries.queries import blocks, is_listed, public_to, seen_by, visibility, visible_to
from commonplace.posts.models import Post, PostTag
from commonplace.users.models import User, is_absent


def _posts_with_authors() -> Select[Post]:
    return select(Post).join(Post.author).options(contains_eager(Post.author))


def get_post(session: Session, viewer: User | None, hash_key: str) -> Post:
    """Return the post at that address, which the viewer may see; raises NotFound, alike for absent and hidden."""
    asked = seen_by(viewer) | {"hash_key": hash_key}
    post = session.scalar(_one_post(is_user=viewer is not None), asked) if is_hash_key(hash_key) else None
    if post is None:
        raise NotFound("There is no such post, or it is not shared with you.")
    return post


@cache
def _one_post(*, is_user: bool) -> Select[Post]:
    is_at = Entry.hash_key == bindparam("hash_key")
    return _posts_with_authors().where(is_at, visibility(is_user=is_user, with_link=True))


def list_posts(
    session: Session,
    viewer: User | None,
    *,
    author: User | None = None,
    tag: str | None = None,
    is_public: bool = False,
    cursor: str | None,
    limit: int,
) -> Page[Post]:
    """Return posts, newest first: all that are listed, or one author's; all, or those with a tag, which is folded.

    With `is_public` only what the whole world may see.
    """
    statement = _posts_with_authors().where(public_to(viewer) if is_public else visible_to(viewer))
    if author is not None:
        statement = statement.where(Entry.author_id == author.id)
    if author is None or viewer is None or author.id != viewer.id:
        statement = statement.where(is_listed())
    if tag is not None:
        statement = statement.where(Entry.id.in_(select(PostTag.post_id).where(PostTag.tag == tag)))
    return page(session, statement, Entry.id, cursor=cursor, limit=limit)


def add_tags(session: Session, posts: Iterable[Post]) -> None:
    """Set `tags` of each of these posts, with one query."""
    by_id = {post.id: post for post in posts}
    rows = session.execute(
        select(PostTag.post_id, PostTag.tag).where(PostTag.post_id.in_(by_id)).order_by(PostTag.tag)
    ).all()
    for post_id, post in by_id.items():
        post.tags = tuple(tag for tagged_id, tag in rows if tagged_id == post_id)


def list_users_named(session: Session, author: User, names: Sequence[str]) -> Sequence[User]:
    """Return the users whom an author can mention by these names, which are folded, in their order; one query.

    Nobody mentions who is absent, nor anybody with a block between them.
    """
    if not names:
        return []
    found = session.scalars(select(User).where(User.folded.in_(names), ~is_absent, ~blocks(author.id, User.id))).all()
    return sorted(found, key=lambda user: names.index(user.folded))
