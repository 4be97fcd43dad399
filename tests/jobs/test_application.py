import socket
import time

import pytest
from kombu import pools
from kombu.exceptions import OperationalError

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.jobs.job import QUEUES, nudge
from tests.jobs.samples import tick, write, write_bulk
from tests.servers import rabbitmq_url, redis_url

QUICK_S = 8.0


def payloads(celery, queue):
    with celery.connection_for_read() as connection:
        simple = connection.SimpleQueue(queue)
        while True:
            try:
                message = simple.get(block=False)
            except simple.Empty:
                return
            message.ack()
            yield message.headers["task"], message.payload[0], message.payload[1]


def test_a_published_job_waits_in_its_queue_as_json(celery, house):
    with house.database.writing() as session:
        nudge(session, write, "a", seconds=2)
        nudge(session, write_bulk, "b")
    assert list(payloads(celery, "interactive")) == [("jobs.write", ["a"], {"seconds": 2})]
    assert list(payloads(celery, "bulk")) == [("jobs.write_bulk", ["b"], {})]
    assert (house.settings.data_dir / "broker.sqlite3").exists()


def test_a_task_does_the_job_in_the_house(celery, house):
    celery.tasks["jobs.write"]("here")
    assert (house.settings.data_dir / "done-here").exists()


def test_two_houses_keep_their_jobs_apart(celery, settings, tmp_path):
    other = make_celery(House.build(settings.model_copy(update={"data_dir": tmp_path / "other"})))
    assert celery.tasks["jobs.write"] is not other.tasks["jobs.write"]
    celery.tasks["jobs.write"]("here")
    assert (settings.data_dir / "done-here").exists()
    assert not (tmp_path / "other" / "done-here").exists()


def test_the_one_made_last_publishes(celery, settings, tmp_path):
    last = make_celery(House.build(settings.model_copy(update={"data_dir": tmp_path / "other"})))
    write.publish("a")
    assert list(payloads(celery, "interactive")) == []
    assert len(list(payloads(last, "interactive"))) == 1
    pools.reset()


def test_every_periodic_job_is_scheduled_and_forgotten_when_the_next_is_due(celery):
    assert celery.tasks  # known once the first is asked for
    entry = celery.conf.beat_schedule[tick.name]
    assert (entry["schedule"], entry["options"]["expires"]) == (1.0, 1.0)
    assert entry["options"]["queue"] == "bulk"
    assert {"jobs.beat_interactive", "jobs.beat_bulk"} <= set(celery.conf.beat_schedule)
    assert write.name not in celery.conf.beat_schedule


def test_jobs_are_acknowledged_late_and_only_json_is_read(celery):
    conf = celery.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert (conf.accept_content, conf.result_backend, conf.timezone) == (["json"], None, "UTC")
    assert {queue.name for queue in conf.task_queues} == set(QUEUES)
    assert not conf.worker_hijack_root_logger


@pytest.fixture(params=["closed", "silent"])
def dead_port(request):
    """Yield a port where nobody listens, or where nobody answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        port = server.getsockname()[1]
        if request.param == "closed":
            server.close()
        yield port


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_dead_broker_holds_nobody_up(scheme, dead_port, tmp_path):
    broker_url = f"{scheme}://127.0.0.1:{dead_port}/" + ("/" if scheme == "amqp" else "0")
    house = House.build(Settings.read(data_dir=tmp_path, broker_url=broker_url))
    make_celery(house)
    began = time.monotonic()
    with pytest.raises(OperationalError):
        write.publish("a")
    assert time.monotonic() - began < QUICK_S
    pools.reset()


@pytest.mark.server
@pytest.mark.parametrize("server", [redis_url, rabbitmq_url])
def test_the_same_jobs_go_to_a_broker_by_url(server, tmp_path):
    celery = make_celery(House.build(Settings.read(data_dir=tmp_path, broker_url=server())))
    list(payloads(celery, "bulk"))  # left by others
    write_bulk.publish("a")
    assert list(payloads(celery, "bulk")) == [("jobs.write_bulk", ["a"], {})]
    pools.reset()
