"""What a site needs before it can serve, each part asked whether it is there."""

from collections.abc import Callable, Mapping

from celery import current_app
from sqlalchemy import text

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.queries import list_stale_queues


def readiness_checks(house: House) -> Mapping[str, Callable[[], str | None]]:
    """Return by name the checks of `/readyz`; each says in a few words what is wrong, or None, or raises."""
    started_on = clock.now()

    def check_database() -> None:
        with house.database.reading() as session:
            session.execute(text("select version_num from alembic_version"))

    def check_storage() -> None:
        house.storage.check()

    def check_broker() -> None:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)

    def check_jobs() -> str | None:
        with house.database.reading() as session:
            queues = list_stale_queues(session, started_on)
        return f"nothing was done for three minutes in: {', '.join(queues)}" if queues else None

    return {
        "database": check_database,
        "storage": check_storage,
        "broker": check_broker,
        "jobs": check_jobs,
    }
