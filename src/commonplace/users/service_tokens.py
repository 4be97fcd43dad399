"""Personal tokens for programs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import invalid_field
from commonplace.core.events import announce
from commonplace.core.ids import random_key
from commonplace.users import events
from commonplace.users.models import ApiToken, User
from commonplace.users.queries_access import get_api_token
from commonplace.users.rules import clean_text
from commonplace.users.rules_sign_in import check_expiry, hash_secret, order_scopes

PREFIX = "cpl_"
RANDOM_LENGTH = 32
LABEL_LENGTH = 80
KEPT_EXPIRED = timedelta(days=30)


def create_token(
    session: Session, user: User, *, label: str, scopes: Iterable[str], expires_on: datetime | None
) -> tuple[ApiToken, str]:
    """Return a new token and its secret, `cpl_` and 190 random bits, which is shown once and kept nowhere."""
    label = " ".join(clean_text("label", label, LABEL_LENGTH).split())
    if not label:
        raise invalid_field("label", "Say what the token is for.")
    check_expiry(expires_on)
    secret = PREFIX + random_key(RANDOM_LENGTH)
    token = ApiToken(
        user_id=user.id,
        label=label,
        token_hash=hash_secret(secret),
        scopes=" ".join(order_scopes(scopes)),
        expires_on=expires_on,
    )
    session.add(token)
    session.flush()
    return token, secret


def touch_token(session: Session, token_id: int) -> None:
    """Note that the token is in use; does nothing where it was revoked."""
    token = session.get(ApiToken, token_id)
    if token is not None:
        token.used_on = clock.now()


def delete_token(session: Session, user: User, token_id: int) -> None:
    """Revoke the token; raises NotFound where it is not the user's."""
    session.delete(get_api_token(session, user, token_id))
    session.flush()


def delete_tokens(session: Session, user: User) -> None:
    """Revoke all of the user's tokens, and whatever else lets programs in for them."""
    session.execute(delete(ApiToken).where(ApiToken.user_id == user.id))
    announce(events.tokens_revoked, session, user=user)


def delete_expired_tokens(session: Session) -> None:
    """Forget the tokens that expired a month ago or longer; until then their owner sees why a program fails."""
    session.execute(delete(ApiToken).where(ApiToken.expires_on <= clock.now() - KEPT_EXPIRED))
