"""Every SELECT of what lets people and programs in: devices, tokens, invitations."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, contains_eager

from commonplace.core import clock
from commonplace.core.db import UtcDateTime
from commonplace.core.errors import NotFound
from commonplace.users.models import ApiToken, Device, Invitation, User, is_absent
from commonplace.users.queries import find_row
from commonplace.users.rules_sign_in import hash_secret, is_alive


def find_device(session: Session, token: str) -> Device | None:
    """Return the device that holds that token, with its user, while both may sign in; one query."""
    device = session.scalar(_device_by_hash(), {"token_hash": hash_secret(token)})
    return device if device is not None and is_alive(device, clock.now()) else None


@cache
def _device_by_hash() -> Select[Device]:
    # made once, as it is asked for with every page
    with_user = select(Device).join(Device.user).options(contains_eager(Device.user))
    return with_user.where(Device.token_hash == bindparam("token_hash"), ~is_absent)


def get_device(session: Session, user: User, device_id: int) -> Device:
    """Return the user's device; raises NotFound where it is not theirs or has ended."""
    device = find_row(session, Device, device_id)
    if device is None or device.user_id != user.id:
        raise NotFound("This device is signed out already.")
    return device


def list_devices(session: Session, user: User) -> Sequence[Device]:
    """Return where the user is signed in, the latest used first."""
    mine = select(Device).where(Device.user_id == user.id).order_by(Device.used_on.desc(), Device.id.desc())
    return [device for device in session.scalars(mine) if is_alive(device, clock.now())]


def find_api_token(session: Session, secret: str) -> ApiToken | None:
    """Return the token of which that is the secret, with its user, while both are good; one query."""
    return session.scalar(_api_token_by_hash(), {"token_hash": hash_secret(secret), "now": clock.now()})


@cache
def _api_token_by_hash() -> Select[ApiToken]:
    # made once, as it is asked for with every call of the API
    with_user = select(ApiToken).join(ApiToken.user).options(contains_eager(ApiToken.user))
    is_good = is_unexpired(bindparam("now", type_=UtcDateTime()))
    return with_user.where(ApiToken.token_hash == bindparam("token_hash"), is_good, ~is_absent)


def get_api_token(session: Session, user: User, token_id: int) -> ApiToken:
    """Return the user's token; raises NotFound where it is not theirs or was revoked."""
    token = find_row(session, ApiToken, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound("There is no such token.")
    return token


def list_api_tokens(session: Session, user: User) -> Sequence[ApiToken]:
    """Return the user's tokens, the newest first, those that have expired included."""
    return session.scalars(select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id.desc())).all()


def is_unexpired(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a token is good at that moment."""
    return or_(ApiToken.expires_on.is_(None), ApiToken.expires_on > moment)


def is_usable(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that an invitation lets somebody in at that moment: while who made it is here."""
    return and_(
        Invitation.invited_by_id.not_in(select(User.id).where(is_absent)),
        Invitation.uses < Invitation.max_uses,
        Invitation.revoked_on.is_(None),
        or_(Invitation.expires_on.is_(None), Invitation.expires_on > moment),
    )


def find_invitation(session: Session, code: str) -> Invitation | None:
    """Return the invitation with that code while it lets somebody in."""
    if not code.isalnum():
        return None
    return session.scalar(select(Invitation).where(Invitation.code == code, is_usable(clock.now())))


def get_invitation(session: Session, invitation_id: int) -> Invitation:
    """Return the invitation; raises NotFound where there is none."""
    invitation = find_row(session, Invitation, invitation_id)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    return invitation


def list_invitations(session: Session) -> Sequence[Invitation]:
    """Return all invitations, the newest first, each with who made it."""
    everything = select(Invitation).join(Invitation.invited_by).options(contains_eager(Invitation.invited_by))
    return session.scalars(everything.order_by(Invitation.id.desc())).all()
