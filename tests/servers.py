"""Servers that a test may talk to where they run; in CI they must."""

import os

import pytest
from kombu import Connection

REDIS = os.environ.get("TEST_REDIS", "redis://127.0.0.1:6379/9")
RABBITMQ = os.environ.get("TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")


def redis_url() -> str:
    """Return a Redis database for tests; skip where there is none."""
    return _answering("Redis", REDIS)


def rabbitmq_url() -> str:
    """Return a RabbitMQ for tests; skip where there is none."""
    return _answering("RabbitMQ", RABBITMQ)


def _answering(name: str, url: str) -> str:
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # whatever the client's library raises
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no {name} at {url}: {error}")
    return url
