"""Houses on the kept databases, one for each strategy, and the Redis that is ours while it is measured."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from benchmarks.feed_data.keeping import NoServer
from benchmarks.feed_results import Strategy
from commonplace.config import Settings
from commonplace.core.house import House

REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/11")
MARK = "commonplace-benchmark"


@contextmanager
def our_redis() -> Iterator[str]:
    """Yield the URL of a Redis database that is empty, and empty it again; raises NoServer, also where it is in use."""
    client = redis.Redis.from_url(REDIS, socket_connect_timeout=5)
    try:
        if client.dbsize() and not client.exists(MARK):
            raise NoServer(f"{REDIS} holds what others keep there: name another by BENCH_REDIS")
        client.flushdb()
        client.set(MARK, 1)
    except redis.ConnectionError as error:
        raise NoServer(f"no Redis at {REDIS}: {error}") from error
    try:
        yield REDIS
    finally:
        client.flushdb()
        client.close()


@contextmanager
def feed_house(folder: Path, database_url: str, strategy: Strategy, redis_url: str = "") -> Iterator[House]:
    """Yield the house of a site on that database with that strategy."""
    data_dir = folder / f"data-{strategy}"
    settings = Settings.read(data_dir=data_dir, database_url=database_url, redis_url=redis_url, feed=strategy)
    house = House.build(settings)
    yield house
    house.database.dispose()
