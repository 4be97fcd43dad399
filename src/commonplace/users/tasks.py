"""Work on accounts that nobody waits for: what has ended goes."""

from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.job import job, periodic
from commonplace.users.models import GRACE, User
from commonplace.users.queries import list_users_closed_before
from commonplace.users.service_closing import purge_account
from commonplace.users.service_devices import delete_dead_devices
from commonplace.users.service_invitations import delete_ended_invitations
from commonplace.users.service_tokens import delete_expired_tokens


@job(queue="bulk")
def purge_user(house: House, user_id: int) -> None:
    """Purge an account whose grace is over; does nothing where it is gone, or was opened again."""
    with house.database.writing() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is not None and user.purged_on is not None and user.purged_on <= clock.now():
            purge_account(session, user)


@periodic(every=timedelta(hours=1))
@job(queue="bulk")
def sweep_closed_users(house: House) -> None:
    """Have every account purged whose grace is over: each by itself, so that none waits for another."""
    with house.database.reading() as session:
        for user in list_users_closed_before(session, clock.now() - GRACE):
            purge_user.publish(user.id)


@periodic(every=timedelta(hours=6))
@job(queue="bulk")
def forget_what_ended(house: House) -> None:
    """Forget devices that are signed out, and tokens and invitations that ended long ago."""
    with house.database.writing() as session:
        delete_dead_devices(session)
        delete_expired_tokens(session)
        delete_ended_invitations(session)
