"""The jobs that send mail, and the sweep that repeats what was missed."""

import logging
from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.core.keys import SealBroken
from commonplace.jobs.job import job, periodic
from commonplace.mail.models import Mail
from commonplace.mail.outgoing import Outcome, begin_attempt, delete_finished, end_attempt
from commonplace.mail.queries import list_due_mail_ids
from commonplace.mail.sending import Refused, deliver

log = logging.getLogger(__name__)
AT_A_SWEEP = 500


@job(queue="interactive")
def send_mail(house: House, mail_id: int) -> None:
    """Send one mail, unless it is sent, given up, or being tried elsewhere."""
    with house.database.writing() as session:
        mail = begin_attempt(session, mail_id)
    if mail is None:
        return
    outcome = _attempt(house, mail)
    with house.database.writing() as session:
        end_attempt(session, mail, outcome)


@periodic(every=timedelta(minutes=1))
@job(queue="interactive")
def sweep_mail(house: House) -> None:
    """Nudge again what is due and was missed or failed."""
    with house.database.reading() as session:
        mail_ids = list_due_mail_ids(session, clock.now(), AT_A_SWEEP)
    for mail_id in mail_ids:
        send_mail.publish(mail_id)


@periodic(every=timedelta(days=1))
@job(queue="bulk")
def purge_mail(house: House) -> None:
    """Forget mails that have long been finished."""
    with house.database.writing() as session:
        delete_finished(session)


def _attempt(house: House, mail: Mail) -> Outcome:
    try:
        deliver(house, mail)
    except (Refused, SealBroken) as error:
        log.warning("mail %d can never be sent: %s", mail.id, error)
        return "refused"
    except OSError as error:  # smtplib's are among them
        log.warning("mail %d cannot be sent now: %s: %s", mail.id, type(error).__name__, error)
        return "unreachable"
    return "sent"
