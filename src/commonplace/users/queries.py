"""Every SELECT of accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from commonplace.core.errors import NotFound
from commonplace.core.pagination import Page, page
from commonplace.users.lookalikes import skeleton_of
from commonplace.users.models import RetiredUsername, User, is_absent
from commonplace.users.rules import fold_email, fold_username, is_storable

MAX_ID = (1 << 53) - 1
T = TypeVar("T")


def find_row(session: Session, model: type[T], row_id: int) -> T | None:
    """Return the row of that id, which may be any number that somebody sent."""
    return session.get(model, row_id) if row_id <= MAX_ID else None


def get_user(session: Session, user_id: int) -> User:
    """Return the user; raises NotFound where the account is closed, suspended or was never there."""
    user = find_row(session, User, user_id)
    if user is None or not user.is_present:
        raise NotFound("There is no such user.")
    return user


def get_user_by_name(session: Session, name: str) -> User:
    """Return who bears that name now, or once did: compare `username` to send others to its present form.

    Raises NotFound where nobody does, or the account is closed or suspended.
    """
    user = find_user_by_name(session, name)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def find_user_by_name(session: Session, name: str) -> User | None:
    """Return the same, or None where nobody does."""
    user = find_bearer(session, name)
    return user if user is not None and user.is_present else None


def get_account_by_name(session: Session, name: str) -> User:
    """Return the same, suspended or not: for whoever looks after the site; raises NotFound where it is closed."""
    user = find_bearer(session, name)
    if user is None or user.closed_on is not None:
        raise NotFound("There is no such user.")
    return user


def find_bearer(session: Session, name: str) -> User | None:
    """Return the same whatever became of the account, or None where nobody bears that name or ever did."""
    if not is_storable(name):
        return None
    folded = fold_username(name)
    user = session.scalar(select(User).where(User.folded == folded))
    if user is None:
        retired = select(RetiredUsername.user_id).where(RetiredUsername.folded == folded)
        user = session.scalar(select(User).where(User.id.in_(retired)))
    return user


def find_user_by_login(session: Session, login: str) -> User | None:
    """Return whose present username or e-mail address that is, closed and suspended accounts included."""
    if not is_storable(login):
        return None
    is_login = User.email_folded == fold_email(login) if "@" in login else User.folded == fold_username(login)
    return session.scalar(select(User).where(is_login))


def list_users(session: Session) -> Sequence[User]:
    """Return all users, the first first."""
    return session.scalars(select(User).order_by(User.id)).all()


def get_suspended_user(session: Session, user_id: int) -> User:
    """Return the user, whose account is suspended and not closed as well; raises NotFound."""
    user = find_row(session, User, user_id)
    if user is None or user.suspended_on is None or user.closed_on is not None:
        raise NotFound("Nobody of this number is suspended.")
    return user


def list_suspended_users(session: Session, *, cursor: str | None, limit: int) -> Page[User]:
    """Return whose account is suspended, the newest account first."""
    is_suspended = (User.suspended_on.is_not(None), User.closed_on.is_(None))
    return page(session, select(User).where(*is_suspended), User.id, cursor=cursor, limit=limit)


def list_users_closed_before(session: Session, moment: datetime) -> Sequence[User]:
    """Return whose account was closed before that moment."""
    return session.scalars(select(User).where(User.closed_on < moment).order_by(User.id)).all()


def count_users(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def count_owners(session: Session, *, but: User) -> int:
    """Return how many owners the site has besides that user, those whom nobody sees left out."""
    is_owner = (User.role == "owner", ~is_absent, User.id != but.id)
    return session.scalar(select(func.count()).select_from(User).where(*is_owner)) or 0


def is_username_taken(session: Session, username: str, *, by_others_than: User | None = None) -> bool:
    """Tell whether somebody else bears or has borne that name, or one that looks like it."""
    mine = _id_of(by_others_than)
    folded, skeleton = fold_username(username), skeleton_of(username)
    borne = select(User.id).where(or_(User.folded == folded, User.skeleton == skeleton), User.id != mine)
    once_borne = select(RetiredUsername.folded).where(
        or_(RetiredUsername.folded == folded, RetiredUsername.skeleton == skeleton),
        RetiredUsername.user_id.is_distinct_from(mine),  # nobody's name is somebody else's too
    )
    return session.scalar(select(or_(borne.exists(), once_borne.exists()))) is True


def is_email_taken(session: Session, email: str, *, by_others_than: User | None = None) -> bool:
    """Tell whether somebody else has that e-mail address."""
    has_it = select(User.id).where(User.email_folded == fold_email(email), User.id != _id_of(by_others_than))
    return session.scalar(select(has_it.exists())) is True


def _id_of(user: User | None) -> int:
    return 0 if user is None else user.id
