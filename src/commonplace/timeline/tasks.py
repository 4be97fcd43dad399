"""Pushing what was shared into containers, a thousand readers at a time, and the sweep that repeats what was missed."""

from datetime import timedelta

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.job import job, periodic
from commonplace.timeline import queries, service
from commonplace.timeline.containers import CHUNK, Containers
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.making import is_pushing, make_containers
from commonplace.timeline.models import Addition

MANY_FOLLOWERS = 5_000
"""An author with more is looked up by readers where the strategy is `hybrid`."""
MISSED = timedelta(minutes=1)
AT_A_SWEEP = 500


@job(queue="bulk", is_wanted=is_pushing)
def fan_out(house: House, seq: int) -> None:
    """Push one addition to all who read its author; does nothing where that is done."""
    with house.database.reading() as session:
        addition = queries.find_pending_addition(session, seq)
        if addition is None:
            return
        log_id = queries.get_log(session).id
        is_pulled = queries.is_pulled(session, addition.author_id) or (
            house.settings.feed == "hybrid" and queries.has_followers(session, addition.author_id, MANY_FOLLOWERS)
        )
    containers = make_containers(house, log_id)
    identity = "" if is_pulled else push(house, containers, addition)
    with house.database.writing() as session:
        is_ours = service.finish_addition(session, seq)
        if is_pulled:
            service.pull_author(session, addition.author_id)
        elif is_ours:
            service.count_pushed(session, log_id, containers, identity)
            if house.settings.redis_url:  # those in the database missed it, whoever still fills them
                TableContainers(house.database).clear(session)


def push(house: House, containers: Containers, addition: Addition) -> str:
    """Add what was added to the containers of all who read its author; return their identity before the first.

    Raises OSError where they did not answer: a sweep repeats it.
    """
    identity = containers.identity()
    after_id = 0
    while True:
        with house.database.reading() as session:
            reader_ids = queries.list_readers_of(session, addition.author_id, after_id=after_id, limit=CHUNK)
        if reader_ids:
            containers.push(reader_ids, addition.entry_id)
            after_id = reader_ids[-1]
        if len(reader_ids) < CHUNK:
            return identity


@periodic(every=MISSED)
@job(queue="bulk")
def sweep_additions(house: House) -> None:
    """Nudge again what was to be pushed and was missed."""
    if is_pushing(house):
        with house.database.reading() as session:
            missed = queries.list_missed_additions(session, clock.now() - MISSED, AT_A_SWEEP)
        for seq in missed:
            fan_out.publish(seq)


@periodic(every=timedelta(hours=1))
@job(queue="bulk")
def forget_additions(house: House) -> None:
    """Forget what was added long ago, and trim what was pushed."""
    containers = TableContainers(house.database)
    if is_pushing(house):
        containers.trim()
    with house.database.writing() as session:
        if not is_pushing(house):
            containers.clear(session)  # nobody pushes to them now: they would miss what is forgotten
        service.forget_additions(session, but_pending=is_pushing(house))
