"""The jobs that mail notifications, nudged by sweeps alone: a mail is due a minute after what it tells of."""

from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.job import job, periodic
from commonplace.notifications import queries_mail
from commonplace.notifications.models import Cadence
from commonplace.notifications.rules import PERIODS, is_due
from commonplace.notifications.service_mail import mail_due

AT_A_SWEEP = 500


@job(queue="interactive")
def mail_news(house: House, user_id: int) -> None:
    """Mail to one user what happened a minute ago and since, unless it was mailed or read."""
    with house.database.writing() as session:
        mail_due(session, house, user_id, "immediately")


@job(queue="bulk")
def mail_digest(house: House, user_id: int, cadence: Cadence) -> None:
    """Mail to one user what came together in a day or a week, where that is over."""
    with house.database.writing() as session:
        mail_due(session, house, user_id, cadence)


@periodic(every=timedelta(minutes=1))
@job(queue="interactive")
def sweep_news(house: House) -> None:
    """Nudge the mails of all for whom something waits for a minute."""
    with house.database.reading() as session:
        before = clock.now() - PERIODS["immediately"]
        user_ids = queries_mail.list_waiting_for(session, "immediately", before, AT_A_SWEEP)
    for user_id in user_ids:
        mail_news.publish(user_id)


@periodic(every=timedelta(minutes=10))
@job(queue="bulk")
def sweep_digests(house: House) -> None:
    """Nudge the digests that are due."""
    with house.database.reading() as session:
        waiting = queries_mail.list_waiting_digests(session)
    for each in waiting:
        if is_due(each.cadence, each.oldest_on, each.sent_on, clock.now()):
            mail_digest.publish(each.user_id, each.cadence)
