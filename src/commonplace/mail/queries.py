"""Every SELECT about mails."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commonplace.mail.models import Mail


def find_mail(session: Session, mail_id: int) -> Mail | None:
    """Return the mail, locked until the end of the transaction, or None."""
    return session.scalars(select(Mail).where(Mail.id == mail_id).with_for_update()).one_or_none()


def find_due_mail(session: Session, mail_id: int, now: datetime) -> Mail | None:
    """Return the mail where it is to be tried now, locked; None where it is not, or another has the lock."""
    due = select(Mail).where(Mail.id == mail_id, Mail.state == "pending", Mail.next_try_on <= now)
    return session.scalars(due.with_for_update(skip_locked=True)).one_or_none()


def list_due_mail_ids(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of mails that are to be tried now, those due for longest first."""
    due = select(Mail.id).where(Mail.state == "pending", Mail.next_try_on <= now)
    return session.scalars(due.order_by(Mail.next_try_on).limit(limit)).all()
