"""What the people of the demo say to one another below what they share, and what they like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.entries.models import Audience, Entry, Like
from commonplace.entries.service import delete_entry
from commonplace.posts.models import Post
from commonplace.posts.service import PostValues, edit_post, share_post
from commonplace.users.models import User

SOON = timedelta(hours=3)


@dataclass(frozen=True)
class Said:
    """A post, what it answers, and what became of it."""

    author: str
    content: str
    shared_days_ago: float
    name: str = ""
    answers: str = ""
    audience: Audience | None = None
    edited_days_ago: float | None = None
    deleted_days_ago: float | None = None
    liked_by: list[str] = field(default_factory=list)


def add_posts(
    session: Session, users: Mapping[str, User], shared: Mapping[str, Entry], content: Mapping[str, Any]
) -> int:
    """Share the posts of `content`, some of them replies to what was `shared`, and return how many there are."""
    known = dict(shared)
    said = [Said(**post) for post in content["posts"]]
    for each in said:
        post = _share(session, users[each.author], each, known[each.answers] if each.answers else None)
        _like(session, post, [users[name] for name in each.liked_by])
        if each.name:
            known[each.name] = post
    for like in content["likes"]:
        _like(session, known[like["entry"]], [users[name] for name in like["by"]])
    return len(said)


def _share(session: Session, author: User, said: Said, parent: Entry | None) -> Post:
    values = PostValues(said.content.strip(), said.audience)
    post = share_post(session, author, values, parent=parent, shared_on=_days_ago(said.shared_days_ago))
    if said.edited_days_ago is not None:
        edit_post(session, author, post, values)
        post.edited_on = _days_ago(said.edited_days_ago)
    if said.deleted_days_ago is not None:
        delete_entry(session, post, author)
        post.deleted_on = _days_ago(said.deleted_days_ago)
    return post


def _like(session: Session, entry: Entry, users: Sequence[User]) -> None:
    liked_on = min(entry.created_on + SOON, clock.now())
    session.add_all(Like(entry_id=entry.id, user_id=user.id, created_on=liked_on) for user in users)


def _days_ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)
