"""The Celery application of a house: its broker, its two queues, and what they promise.

A job is a nudge that may come late or twice; what must happen stands in the database.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.jobs import broker  # noqa: F401 - makes the transport `sqlite` known to kombu
from commonplace.jobs.job import QUEUES, Job, jobs

REDIS_VISIBILITY_S = 15 * 60  # Redis cannot tell a dead worker from a slow one: a few times the longest job
CONNECT_TIMEOUT_S = 1.0
SOCKET_TIMEOUT_S = 3.0


class JobCelery(Celery):
    """Celery with a house in it, for its jobs to work in."""

    house: House

    def publish(self, job: Job[...], ids: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Put a message for the job into its queue, where this house has use for it."""
        if job.is_wanted(self.house):
            self.send_task(job.name, tuple(ids), dict(values), queue=job.queue, ignore_result=True)

    def finalize(self, auto: bool = False) -> None:
        """Make tasks of all jobs when they are first asked for, and have the periodic ones repeated."""
        if self.finalized:  # type: ignore[attr-defined]  # missing in the stubs
            return
        super().finalize(auto)
        for job in jobs.by_name.values():
            task = self.task(name=job.name, shared=False)(self._in_house(job))
            if job.every is not None:
                # a nudge that waited longer than until the next one is not worth having
                seconds = job.every.total_seconds()
                self.add_periodic_task(seconds, task.si(), name=job.name, queue=job.queue, expires=seconds)

    def _in_house(self, job: Job[...]) -> Callable[..., None]:
        def run(*ids: Any, **values: Any) -> None:
            job(self.house, *ids, **values)

        return run


def make_celery(house: House) -> JobCelery:
    """Return the house's Celery application; from now on every thread publishes to this one."""
    celery = JobCelery("commonplace")
    celery.house = house
    celery.conf.update(_configuration(house.settings), **_broker(house.settings))
    celery.set_default()
    jobs.publisher = celery.publish
    return celery


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "task_queues": [Queue(name, Exchange("commonplace"), routing_key=name) for name in QUEUES],
        "task_default_queue": QUEUES[0],
        "task_create_missing_queues": False,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "accept_content": ["json"],
        "timezone": "UTC",
        "beat_schedule_filename": str(settings.data_dir.absolute() / "beat-schedule"),
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": CONNECT_TIMEOUT_S,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_max": 0.1},
    }


def _broker(settings: Settings) -> dict[str, Any]:
    if not settings.broker_url:
        path = settings.data_dir.absolute() / "broker.sqlite3"
        return {"broker_url": "sqlite://", "broker_transport_options": {"path": str(path)}}
    # how often a publisher tries to connect; a worker never gives up
    options: dict[str, Any] = {"max_retries": 1, "interval_start": 0, "interval_max": 0.1}
    if settings.broker_url.startswith("redis"):
        options |= {
            "visibility_timeout": REDIS_VISIBILITY_S,
            "socket_connect_timeout": CONNECT_TIMEOUT_S,
            "socket_timeout": SOCKET_TIMEOUT_S,
        }
    else:
        options["confirm_publish"] = True
    return {"broker_url": settings.broker_url, "broker_transport_options": options}
