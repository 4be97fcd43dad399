import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.jobs.workers import ROOT, wait_until


@contextmanager
def supervising(folder, *names):
    command = [sys.executable, "-m", "tests.operations.supervised", str(folder), *names]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def ids(folder, name):
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_ends_its_children_first(tmp_path, number):
    with supervising(tmp_path, "steady") as process:
        wait_until(lambda: ids(tmp_path, "steady"))
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert not lives(*ids(tmp_path, "steady"))


def test_a_child_that_is_killed_is_started_again_and_the_log_says_so(tmp_path):
    with supervising(tmp_path, "steady") as process:
        wait_until(lambda: ids(tmp_path, "steady"))
        os.kill(ids(tmp_path, "steady")[0], signal.SIGKILL)
        wait_until(lambda: len(ids(tmp_path, "steady")) == 2)
        assert lives(ids(tmp_path, "steady")[1])
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
    assert "steady ended after 0 s and is started again" in log


def test_a_child_that_cannot_live_is_started_less_and_less_often(tmp_path):
    with supervising(tmp_path, "brief", "steady"):
        wait_until(lambda: ids(tmp_path, "steady"))
        time.sleep(4.5)  # begun at about 0, 1 and 3 s
        assert 2 <= len(ids(tmp_path, "brief")) <= 3
        assert len(ids(tmp_path, "steady")) == 1


def test_what_is_to_run_once_is_not_started_again(tmp_path):
    with supervising(tmp_path, "once", "steady") as process:
        wait_until(lambda: ids(tmp_path, "once"))
        time.sleep(1.5)
        assert len(ids(tmp_path, "once")) == 1
        assert process.poll() is None


def test_a_child_that_does_not_listen_is_killed_after_a_while(tmp_path):
    with supervising(tmp_path, "stubborn", "steady") as process:
        wait_until(lambda: ids(tmp_path, "stubborn") and ids(tmp_path, "steady"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    wait_until(lambda: not lives(*ids(tmp_path, "stubborn")), seconds=5)


def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path):
    with supervising(tmp_path, "steady") as process:
        wait_until(lambda: ids(tmp_path, "steady"))
        process.kill()
        process.wait(timeout=10)
        wait_until(lambda: not lives(*ids(tmp_path, "steady")), seconds=5)


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_alone(tmp_path):
    with supervising(tmp_path, "steady") as process:
        wait_until(lambda: ids(tmp_path, "steady"))
        (child,) = ids(tmp_path, "steady")
        assert os.getpgid(child) == child != os.getpgid(process.pid)
