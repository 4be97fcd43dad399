"""SELECTs of secret feed addresses."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from commonplace.core.errors import NotFound
from commonplace.timeline.models import FeedToken
from commonplace.users.models import User, is_absent
from commonplace.users.queries import find_row
from commonplace.users.rules_sign_in import hash_secret


def get_feed_token_by_secret(session: Session, secret: str) -> FeedToken:
    """Return the token with its user; raises NotFound where it was revoked, or its user is absent."""
    with_user = select(FeedToken).join(FeedToken.user).options(contains_eager(FeedToken.user))
    token = session.scalar(with_user.where(FeedToken.token_hash == hash_secret(secret), ~is_absent))
    if token is None:
        raise NotFound("There is no such feed: its address was revoked, or never was one.")
    return token


def get_feed_token(session: Session, user: User, token_id: int) -> FeedToken:
    """Return the user's token; raises NotFound where it is not theirs or was revoked."""
    token = find_row(session, FeedToken, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound("There is no such address.")
    return token


def list_feed_tokens(session: Session, user: User) -> Sequence[FeedToken]:
    """Return the user's tokens, the newest first."""
    mine = select(FeedToken).where(FeedToken.user_id == user.id).order_by(FeedToken.id.desc())
    return session.scalars(mine).all()
