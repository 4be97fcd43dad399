"""Invitations: codes by which people come in where not everybody may."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Forbidden, invalid_field
from commonplace.core.ids import new_hash_key
from commonplace.users.models import Invitation, User
from commonplace.users.queries_access import is_usable
from commonplace.users.rules import clean_text
from commonplace.users.rules_sign_in import check_expiry

NOTE_LENGTH = 200
MAX_USES = 500
KEPT_ENDED = timedelta(days=90)


def create_invitation(
    session: Session, user: User, *, note: str, max_uses: int, expires_on: datetime | None
) -> Invitation:
    """Return a new invitation for that many people; raises Forbidden for a member."""
    if user.role == "member":
        raise Forbidden("Invitations are made by the owner and by moderators.")
    if not 1 <= max_uses <= MAX_USES:
        raise invalid_field("max_uses", f"Invite 1 to {MAX_USES} people.")
    check_expiry(expires_on)
    invitation = Invitation(
        code=new_hash_key(),
        invited_by=user,
        note=" ".join(clean_text("note", note, NOTE_LENGTH).split()),
        max_uses=max_uses,
        expires_on=expires_on,
    )
    session.add(invitation)
    session.flush()
    return invitation


def use_invitation(session: Session, code: str) -> None:
    """Count one more who came in by that code; raises Forbidden where it lets nobody in.

    The database counts and compares in one statement, so that no two people take the last place.
    """
    counted = (
        update(Invitation)
        .where(Invitation.code == code, is_usable(clock.now()))
        .values(uses=Invitation.uses + 1)
        .returning(Invitation.id)
    )
    if not code.isalnum() or session.scalar(counted) is None:
        raise Forbidden("This invitation is not valid any more: ask for a new one.")


def revoke_invitation(session: Session, invitation: Invitation) -> None:
    """Let nobody else in by that code."""
    invitation.revoked_on = invitation.revoked_on or clock.now()
    session.flush()


def delete_ended_invitations(session: Session) -> None:
    """Forget the invitations that ended three months ago or longer."""
    past = clock.now() - KEPT_ENDED
    session.execute(delete(Invitation).where(or_(Invitation.expires_on <= past, Invitation.revoked_on <= past)))
