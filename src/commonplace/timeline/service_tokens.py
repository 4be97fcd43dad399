"""Secret addresses of one's own feed: each opens that feed alone, and can be revoked by itself."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Conflict
from commonplace.core.ids import random_key
from commonplace.timeline.models import FeedToken
from commonplace.timeline.queries_tokens import get_feed_token, list_feed_tokens
from commonplace.users.models import User
from commonplace.users.rules_sign_in import hash_secret

LENGTH = 43  # 256 bits
MOST = 10


def create_feed_token(session: Session, user: User) -> str:
    """Return the secret of a new address, which is kept nowhere; raises Conflict where there are ten already."""
    if len(list_feed_tokens(session, user)) >= MOST:
        raise Conflict(f"You have {MOST} addresses already: revoke one first.")
    secret = random_key(LENGTH)
    session.add(FeedToken(user_id=user.id, token_hash=hash_secret(secret)))
    session.flush()
    return secret


def delete_feed_token(session: Session, user: User, token_id: int) -> None:
    """Revoke an address; raises NotFound where it is not the user's."""
    session.delete(get_feed_token(session, user, token_id))
    session.flush()


def delete_feed_tokens(session: Session, user: User) -> None:
    """Revoke all of the user's addresses."""
    session.execute(delete(FeedToken).where(FeedToken.user_id == user.id))


def touch_feed_token(session: Session, token_id: int) -> None:
    """Note that the address was used."""
    token = session.get(FeedToken, token_id)
    if token is not None:
        token.used_on = clock.now()
