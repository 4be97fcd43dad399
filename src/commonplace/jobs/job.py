"""What a job is: a function on one of two queues, given the worker's house and the ids of rows.

`interactive` is for what somebody waits for, `bulk` for all the rest; each may have workers of its own. Nothing
here knows Celery, so that a service may ask for work: `jobs.application` publishes it and runs it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Concatenate, Generic, Literal, NoReturn, ParamSpec

from sqlalchemy.orm import Session

from commonplace.core.events import after_commit
from commonplace.core.house import House

QueueName = Literal["interactive", "bulk"]
QUEUES: tuple[QueueName, ...] = ("interactive", "bulk")
P = ParamSpec("P")
Publisher = Callable[["Job[...]", Sequence[Any], Mapping[str, Any]], None]


class Job(Generic[P]):
    """A function that workers run, by the name `<room>.<function>`; called, it runs here and now."""

    def __init__(
        self, function: Callable[Concatenate[House, P], None], queue: QueueName, is_wanted: Callable[[House], bool]
    ) -> None:
        """Make the job known; where it is not wanted, it is not published."""
        room = function.__module__.split(".")[-2]
        self.name = f"{room}.{function.__name__}"
        self.queue = queue
        self.is_wanted = is_wanted
        self.every: timedelta | None = None
        self._function = function
        jobs.by_name[self.name] = self

    def __call__(self, house: House, *ids: P.args, **values: P.kwargs) -> None:
        """Do the work in that house."""
        self._function(house, *ids, **values)

    def publish(self, *ids: P.args, **values: P.kwargs) -> None:
        """Put a message into the queue; raises kombu's OperationalError where the broker fails to answer."""
        jobs.publisher(self, ids, values)


class Jobs:
    """All jobs by name, and who publishes them: the Celery application that was made last."""

    def __init__(self) -> None:
        """Know no job, and nobody who would publish one."""
        self.by_name: dict[str, Job[...]] = {}
        self.publisher: Publisher = _refuse


def job(
    queue: QueueName, *, is_wanted: Callable[[House], bool] = lambda _house: True
) -> Callable[[Callable[Concatenate[House, P], None]], Job[P]]:
    """Turn a function of the house and some ids into a job; it opens its own units of work, and may run twice.

    `is_wanted` says which houses have use for it: in others a nudge is no message.
    """

    def make(function: Callable[Concatenate[House, P], None]) -> Job[P]:
        return Job(function, queue, is_wanted)

    return make


def periodic(every: timedelta) -> Callable[[Job[[]]], Job[[]]]:
    """Let a job run again and again: a sweep that repeats what was missed."""

    def set_interval(repeated: Job[[]]) -> Job[[]]:
        repeated.every = every
        return repeated

    return set_interval


def nudge(session: Session, wanted: Job[P], *ids: P.args, **values: P.kwargs) -> None:
    """Publish the job once `session` has committed; should that fail, it is logged: a sweep repeats it."""
    after_commit(session, lambda: wanted.publish(*ids, **values))


def _refuse(wanted: Job[...], _ids: Sequence[Any], _values: Mapping[str, Any]) -> NoReturn:
    raise RuntimeError(f"{wanted.name} cannot be published: no Celery application was made")


jobs = Jobs()
