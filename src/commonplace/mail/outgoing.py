"""A mail's way out: one attempt after another, each begun and ended in a unit of work, the sending between them."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.mail.queries import find_due_mail, find_mail
from commonplace.mail.rules import LEASE, is_given_up, pause_after

Outcome = Literal["sent", "refused", "unreachable"]
KEPT_FOR = timedelta(days=30)


def begin_attempt(session: Session, mail_id: int) -> Mail | None:
    """Return the mail, for five minutes this attempt's alone; None where there is nothing to try now."""
    mail = find_due_mail(session, mail_id, clock.now())
    if mail is None:
        return None
    if is_given_up(mail.attempts):  # the last attempt died
        _finish(mail, "failed")
        return None
    mail.attempts += 1
    mail.next_try_on = clock.now() + LEASE
    session.flush()
    return mail


def end_attempt(session: Session, attempted: Mail, outcome: Outcome) -> None:
    """Note how it went, unless another attempt was begun since."""
    mail = find_mail(session, attempted.id)
    if mail is None or mail.state != "pending" or mail.attempts != attempted.attempts:
        return
    if outcome == "sent":
        mail.sent_on = clock.now()
        _finish(mail, "sent")
    elif outcome == "refused" or is_given_up(mail.attempts):
        _finish(mail, "failed")
    else:
        mail.next_try_on = clock.now() + pause_after(mail.attempts)
    session.flush()


def delete_finished(session: Session) -> None:
    """Forget the mails of more than thirty days ago that went out or never will."""
    session.execute(delete(Mail).where(Mail.state != "pending", Mail.created_on < clock.now() - KEPT_FOR))


def _finish(mail: Mail, state: Literal["sent", "failed"]) -> None:
    mail.state = state
    mail.sealed_content = None
