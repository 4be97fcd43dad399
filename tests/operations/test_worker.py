import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from uuid import uuid4

import pytest
from kombu import Queue, pools
from redis import Redis

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from tests.jobs.samples import fail, write, write_bulk
from tests.jobs.workers import QUICK_LEASE, begun, done, held, wait_until, worker
from tests.servers import rabbitmq_url, redis_url

STOPPING_S = 0.5


@contextmanager
def publisher(data_dir, broker_url="", **options):
    """Yield the Celery application, in this process, of a house whose jobs the workers share."""
    celery = make_celery(House.build(Settings.read(data_dir=data_dir, broker_url=broker_url)))
    celery.conf.broker_transport_options.update(options)
    with celery.connection_for_write() as connection:
        Queue("interactive", channel=connection.default_channel).queue_declare()
        connection.default_channel.queue_purge("interactive")
    yield celery
    pools.reset()


def kill_in_the_midst_of_six(data_dir, broker_url, options, quick_options):
    with publisher(data_dir, broker_url, **options):
        for number in range(6):
            write.publish(str(number))
        settings = {"broker_url": broker_url, "queues": "interactive"}
        with held(data_dir), worker(data_dir, options=options, **settings) as killed:
            wait_until(lambda: len(begun(data_dir)) == 4)
            killed.kill()
        assert done(data_dir) == {}
        with worker(data_dir, options=options | quick_options, **settings):
            wait_until(lambda: len(done(data_dir)) == 6)


def test_six_long_jobs_all_finish_although_their_worker_is_killed(tmp_path):
    kill_in_the_midst_of_six(tmp_path, "", QUICK_LEASE, {})


@pytest.mark.server
def test_they_do_on_redis_too(tmp_path):
    quick = {"visibility_timeout": 1, "unacked_restore_interval": 0.2}  # seconds; would give the held ones out twice
    with own_place_in_redis() as prefix:
        kill_in_the_midst_of_six(tmp_path, redis_url(), {"global_keyprefix": prefix}, quick)


@contextmanager
def own_place_in_redis():
    """Yield a prefix of keys that no other run of this test has, as what it leaves behind is given out again later."""
    prefix = f"{uuid4().hex}-"
    yield prefix
    with Redis.from_url(redis_url()) as redis:
        for key in redis.scan_iter(f"{prefix}*"):
            redis.delete(key)


@pytest.mark.server
def test_they_do_on_rabbitmq_too(tmp_path):
    kill_in_the_midst_of_six(tmp_path, rabbitmq_url(), {}, {})


def test_two_workers_share_the_jobs_and_do_none_twice(tmp_path):
    with publisher(tmp_path), worker(tmp_path) as first, worker(tmp_path, queues="interactive") as second:
        for number in range(60):
            write.publish(str(number), 0.02)
        wait_until(lambda: len(done(tmp_path)) == 60)
        time.sleep(0.3)
        assert set(done(tmp_path).values()) == {1}
        assert (first.poll(), second.poll()) == (None, None)


def test_a_queue_full_of_bulk_work_does_not_hold_up_what_somebody_waits_for(tmp_path):
    with publisher(tmp_path), worker(tmp_path), held(tmp_path):
        for number in range(12):
            write_bulk.publish(f"bulk-{number}")
        wait_until(lambda: len(begun(tmp_path)) == 2)
        write.publish("urgent")
        wait_until(lambda: "urgent" in begun(tmp_path))  # while all of the bulk work still waits


def test_a_worker_told_to_stop_finishes_what_it_has_begun_and_leaves_the_rest(tmp_path):
    with publisher(tmp_path):
        for number in range(6):
            write.publish(str(number))
        with worker(tmp_path) as stopped:
            with held(tmp_path):
                wait_until(lambda: len(begun(tmp_path)) == 4)
                stopped.send_signal(signal.SIGTERM)
                time.sleep(STOPPING_S)
            assert stopped.wait(timeout=15) == 0
        assert done(tmp_path) == dict.fromkeys(begun(tmp_path), 1)
        with worker(tmp_path):
            wait_until(lambda: len(done(tmp_path)) == 6)
    assert set(done(tmp_path).values()) == {1}


def test_a_job_that_fails_is_told_in_the_log_and_stops_nothing(tmp_path):
    with publisher(tmp_path), worker(tmp_path) as process:
        fail.publish()
        write.publish("after")
        wait_until(lambda: "after" in done(tmp_path))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=15)
    assert "RuntimeError: as it should" in log


def test_periodic_jobs_are_done_again_and_again_and_the_schedule_stands_beside_the_data(tmp_path):
    with worker(tmp_path):
        wait_until(lambda: (tmp_path / "ticks").exists() and (tmp_path / "ticks").stat().st_size >= 2)
    assert list(tmp_path.glob("beat-schedule*"))


def test_a_worker_for_bulk_work_alone_is_nice_and_leaves_the_other_queue_alone(tmp_path):
    with publisher(tmp_path), worker(tmp_path, queues="bulk") as process:
        write.publish("not-mine")
        write_bulk.publish("mine")
        wait_until(lambda: "mine" in done(tmp_path))
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == 10
        assert "not-mine" not in begun(tmp_path)


def test_a_worker_answers_when_it_is_asked_for(tmp_path):
    with publisher(tmp_path) as celery, worker(tmp_path):
        write.publish("up")
        wait_until(lambda: "up" in done(tmp_path))
        (answer,) = celery.control.ping(timeout=3, limit=1)
        assert list(answer.values()) == [{"ok": "pong"}]


def test_the_command_works_until_it_is_told_to_stop(tmp_path):
    program = "from commonplace.__main__ import main; main()"
    command = [sys.executable, "-c", program, "worker", "--queue", "interactive", "--no-beat"]
    environment = os.environ | {"COMMONPLACE_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: (tmp_path / "broker.sqlite3").exists() or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0, log
