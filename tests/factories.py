"""Rows that many tests need, made the short way."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from commonplace.entries.models import Entry
from commonplace.posts.models import Post
from commonplace.posts.service import PostValues, share_post
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues, share_snap
from commonplace.users.lookalikes import skeleton_of
from commonplace.users.models import Role, User
from commonplace.users.passwords import hash_password
from commonplace.users.rules import fold_email, fold_username

PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)
_numbers = count(1)


def make_user(
    session: Session, username: str | None = None, *, role: Role = "member", password: str = PASSWORD
) -> User:
    """Return a user of that name, or of one that nobody has, with the address `<name>@example.org`."""
    username = username or f"user-{next(_numbers)}"
    email = f"{username}@example.org"
    user = User(
        username=username,
        folded=fold_username(username),
        skeleton=skeleton_of(username),
        email=email,
        email_folded=fold_email(email),
        role=role,
    )
    user._password = _HASH if password == PASSWORD else hash_password(password)
    session.add(user)
    session.flush()
    return user


def make_snap(session: Session, author: User, **values: Any) -> Snap:
    """Return a public snap of that author; `values` are columns, `created_on` may lie in the past."""
    created_on = values.pop("created_on", None)
    given = {"content": "print('hello')\n", "name": "hello.py", "audience": "public"} | values
    return share_snap(session, author, SnapValues(**given), shared_on=created_on)


def make_post(session: Session, author: User, content: str = "Hello.", **values: Any) -> Post:
    """Return a public post of that author; `created_on` may lie in the past."""
    created_on = values.pop("created_on", None)
    given = {"audience": "public"} | values
    return share_post(session, author, PostValues(content, **given), shared_on=created_on)


def make_reply(session: Session, author: User, parent: Entry, content: str = "I see.") -> Post:
    """Return that author's reply to an entry of any kind."""
    return share_post(session, author, PostValues(content), parent=parent)
