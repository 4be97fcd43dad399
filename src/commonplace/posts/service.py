"""Every write of a post: share it, as a reply or by itself, and edit it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.events import announce
from commonplace.core.ids import new_hash_key
from commonplace.entries.events import mentions_edited, users_mentioned
from commonplace.entries.models import Audience, Entry
from commonplace.entries.rules import SearchText
from commonplace.entries.service import check_may_edit, edit_entry, share_entry
from commonplace.posts import rules
from commonplace.posts.models import Post, PostTag
from commonplace.posts.queries import list_users_named
from commonplace.users.models import User


@dataclass(frozen=True)
class PostValues:
    """What a person or program gives of a post; `audience` is None where they leave it as it is, or as is usual."""

    content: str
    audience: Audience | None = None


def share_post(
    session: Session,
    author: User,
    values: PostValues,
    *,
    parent: Entry | None = None,
    shared_on: datetime | None = None,
) -> Post:
    """Share a text, now or as of an earlier moment; raises Invalid by field.

    As a reply to `parent`, which the author must be able to see, it has the audience of its thread, else members.
    """
    text = rules.check_content(values.content)
    users = list_users_named(session, author, text.names)
    post = Post(
        hash_key=new_hash_key(),
        author=author,
        audience=values.audience or ("members" if parent is None else parent.audience),
        created_on=shared_on or clock.now(),
        content=text.content,
        mentioned=_names_of(users),
    )
    share_entry(session, post, search_text(post), parent=parent)
    _add_tags(session, post, text.tags)
    _tell(session, post, users)
    return post


def edit_post(session: Session, by: User, post: Post, values: PostValues) -> Post:
    """Change a post; whom it mentions is told, unless they were already. Raises Invalid, Forbidden."""
    check_may_edit(by, post)
    text = rules.check_content(values.content)
    users = list_users_named(session, by, text.names)
    audience = values.audience or post.audience
    # others may see it from now on, and who was told already is not told twice
    named = set(post.mentioned.split())
    former = named if audience == post.audience else set()
    post.content, post.mentioned, post.audience = text.content, _names_of(users), audience
    edit_entry(session, post, search_text(post))
    session.execute(delete(PostTag).where(PostTag.post_id == post.id))
    _add_tags(session, post, text.tags)
    if named - set(post.mentioned.split()):
        announce(mentions_edited, session, entry=post, users=users)
    _tell(session, post, [user for user in users if user.username not in former])
    return post


def _names_of(users: Sequence[User]) -> str:
    return " ".join(user.username for user in users)


def _add_tags(session: Session, post: Post, tags: Sequence[str]) -> None:
    session.add_all(PostTag(tag=tag, post_id=post.id) for tag in tags)
    session.flush()


def _tell(session: Session, post: Post, users: Sequence[User]) -> None:
    others = [user for user in users if user.id != post.author_id]
    if others:
        announce(users_mentioned, session, entry=post, users=others)


def search_text(post: Post) -> SearchText:
    """Return what a post is found by."""
    return SearchText(title="", body=post.content)


def summary(post: Post) -> SearchText:
    """Return the post in short, for feeds: its first words for a title, and its text."""
    return SearchText(title=rules.first_words(post.content), body=post.content)
