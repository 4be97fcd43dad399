"""Work on the API's own rows that nobody waits for: answers kept for a repeated write are forgotten after a day."""

from datetime import timedelta

from commonplace.api.service import delete_old_keys
from commonplace.core.house import House
from commonplace.jobs.job import job, periodic


@periodic(every=timedelta(hours=1))
@job(queue="bulk")
def forget_idempotency_keys(house: House) -> None:
    """Forget the answers of writes that are a day old."""
    with house.database.writing() as session:
        delete_old_keys(session)
