"""Jobs that leave traces, for tests to find."""

import time
from datetime import timedelta

from commonplace.core.house import House
from commonplace.jobs.job import job, periodic

HELD_S = 60


@job(queue="interactive")
def write(house: House, name: str, seconds: float = 0) -> None:
    """Leave a file when it begins and one when it is done; while there is a file `hold`, do not get done."""
    (house.settings.data_dir / f"begun-{name}").touch()
    time.sleep(seconds)
    until = time.monotonic() + HELD_S
    while (house.settings.data_dir / "hold").exists() and time.monotonic() < until:
        time.sleep(0.02)
    with (house.settings.data_dir / f"done-{name}").open("a") as file:
        file.write("x")  # one for each time it was done


@job(queue="bulk")
def write_bulk(house: House, name: str, seconds: float = 0) -> None:
    """Do the same on the other queue."""
    write(house, name, seconds)


@job(queue="interactive")
def fail(house: House) -> None:
    """Raise."""
    raise RuntimeError("as it should")


@periodic(every=timedelta(seconds=1))
@job(queue="bulk")
def tick(house: House) -> None:
    """Leave a mark every second."""
    with (house.settings.data_dir / "ticks").open("a") as file:
        file.write("x")
