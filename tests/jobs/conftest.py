"""A house with tables and no pages, and its Celery application."""

from collections.abc import Iterator

import pytest
from kombu import pools

from commonplace.config import Settings
from commonplace.core.db import Base
from commonplace.core.house import House
from commonplace.jobs.application import JobCelery, make_celery


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    house = House.build(settings)
    Base.metadata.create_all(house.database.engine)
    yield house
    house.database.dispose()


@pytest.fixture
def celery(house: House) -> Iterator[JobCelery]:
    celery = make_celery(house)
    yield celery
    pools.reset()  # they are shared by all applications of a process
    celery.close()
