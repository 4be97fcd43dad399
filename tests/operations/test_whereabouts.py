import os
import signal

from commonplace.operations import whereabouts
from commonplace.operations.processes import fork
from commonplace.operations.whereabouts import find_address, note_address
from tests.jobs.workers import wait_until


def stand(data_dir, address):
    """Note an address in a process that lives until it is killed."""

    def run():
        note_address(data_dir, address)
        signal.pause()

    return fork(run)


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_an_address_is_found_while_its_process_lives(tmp_path):
    assert find_address(tmp_path) is None
    assert find_address(tmp_path / "nowhere") is None
    pid = stand(tmp_path, "http://127.0.0.1:5117")
    wait_until(lambda: find_address(tmp_path) == "http://127.0.0.1:5117")
    end(pid)
    assert find_address(tmp_path) is None


def test_the_next_one_replaces_it(tmp_path):
    pid = stand(tmp_path, "http://127.0.0.1:5117/a-longer-one")
    wait_until(lambda: find_address(tmp_path) is not None)
    end(pid)
    pid = stand(tmp_path, "http://127.0.0.1:5118")
    wait_until(lambda: find_address(tmp_path) == "http://127.0.0.1:5118")
    end(pid)


def test_one_that_another_holds_is_waited_for_only_so_long(tmp_path, monkeypatch):
    monkeypatch.setattr(whereabouts, "PREDECESSOR_S", 0.2)
    first = stand(tmp_path, "http://127.0.0.1:5117")
    wait_until(lambda: find_address(tmp_path) is not None)
    second = stand(tmp_path, "http://127.0.0.1:5118")
    wait_until(lambda: find_address(tmp_path) == "http://127.0.0.1:5118")
    end(first)
    end(second)
