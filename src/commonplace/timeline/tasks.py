"""Pushing what was shared into containers, a thousand readers at a time, and the sweep that repeats what was missed."""

from datetime import timedelta
from functools import lru_cache

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
        log_id, done_seq = queries.get_log_id(session), queries.get_done_seq(session)
        is_pulled = queries.is_pulled(session, addition.author_id) or (
            house.settings.feed == "hybrid" and queries.has_followers(session, addition.author_id, MANY_FOLLOWERS)
        )
    if not is_pulled:
        push(house, make_containers(house, log_id), addition, done_seq=done_seq)
    with house.database.writing() as session:
        if is_pulled:
            service.pull_author(session, addition.author_id)
        service.finish_addition(session, seq)


def push(house: House, containers: Containers, addition: Addition, *, done_seq: int) -> int:
    """Add what was added to the containers of all who read its author, and return how many read them.

    Raises OSError where containers were lost meanwhile, or did not answer: a sweep repeats it.
    """
    _drop_other_containers(house)
    identity = containers.identity()
    count, after_id = 0, 0
    while True:
        with house.database.reading() as session:
            readers = queries.list_readers_of(session, addition.author_id, after_id=after_id, limit=CHUNK)
        if readers:
            containers.push(readers, addition.entry_id)
            count, after_id = count + len(readers), readers[-1][0]
        if len(readers) < CHUNK:
            break
    if containers.identity() != identity:
        raise OSError("what was pushed is lost")
    containers.finish(addition.seq, done_seq=done_seq)
    return count


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
    if not is_pushing(house):
        with house.database.reading() as session:
            log_id = queries.get_log_id(session)
        make_containers(house, log_id).clear()  # nobody pushes to them now: they would miss what is forgotten
    TableContainers(house.database).trim()
    with house.database.writing() as session:
        service.forget_additions(session, but_pending=is_pushing(house))


@lru_cache(maxsize=4)
def _drop_other_containers(house: House) -> None:
    # what is pushed into Redis from now on, those in the database miss
    if house.settings.redis_url:
        TableContainers(house.database).clear()
