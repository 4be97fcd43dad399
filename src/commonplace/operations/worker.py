"""The process that does the jobs: Celery's worker with a pool of threads, and the clock in another thread."""

import logging
import os
import signal
import socket
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from celery.beat import EmbeddedService
from celery.bootsteps import StartStopStep
from celery.exceptions import WorkerShutdown
from celery.worker import WorkController

from commonplace.core.house import House
from commonplace.jobs.application import JobCelery, make_celery
from commonplace.jobs.job import QUEUES, QueueName
from commonplace.terminal.commands import with_house

CONCURRENCY = 4
BULK_NICENESS = 10


class Clock(StartStopStep):
    """What publishes the periodic jobs; Celery's own step of this sort would start another process."""

    requires = ("celery.worker.components:Pool",)

    def create(self, worker: WorkController) -> Any:
        """Return the clock, which the worker starts and stops."""
        return EmbeddedService(worker.app, thread=True)


def run_worker(
    celery: JobCelery, *, queues: Sequence[QueueName] = QUEUES, concurrency: int = CONCURRENCY, beat: bool = True
) -> int:
    """Do jobs until a signal ends it, and return the exit status; what is left undone is done by the next."""
    logging.getLogger("celery").setLevel(logging.WARNING)
    if beat:
        celery.steps["worker"].add(Clock)
    _keep_room(celery, queues, concurrency)
    worker = celery.WorkController(
        hostname=f"{'-'.join(queues)}@{socket.gethostname()}",
        pool="threads",
        concurrency=concurrency,
        queues=queues,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    worker.start()
    return int(worker.exitcode or 0)


def _keep_room(celery: JobCelery, queues: Sequence[QueueName], concurrency: int) -> None:
    if tuple(queues) == ("bulk",):
        os.nice(BULK_NICENESS)  # what nobody waits for takes the processor time that is left over
    elif "bulk" in queues and not celery.house.settings.broker_url:
        celery.conf.broker_transport_options["at_most"] = {"bulk": max(1, concurrency // 2)}


def _stop(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)  # whoever insists ends it at once
    raise WorkerShutdown(0)


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), help="The only queue to work on.  [default: both]")
@click.option("--concurrency", type=click.IntRange(1, 64), default=CONCURRENCY, show_default=True, help="Jobs at once.")
@click.option("--beat/--no-beat", default=True, show_default=True, help="Publish the periodic jobs: one worker must.")
@with_house
def worker(house: House, queue: QueueName | None, concurrency: int, beat: bool) -> None:
    """Do jobs, until Ctrl-C or SIGTERM."""
    queues = (queue,) if queue else QUEUES
    raise SystemExit(run_worker(make_celery(house), queues=queues, concurrency=concurrency, beat=beat))
