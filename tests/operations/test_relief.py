from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.jobs.workers import wait_until
from tests.operations.test_web_server import get, served

PROGRAM = """
import os, sys, time
from pathlib import Path
from flask import Flask
from commonplace.operations import relief, web_server
from commonplace.operations.processes import fork
from commonplace.operations.web_server import listen, serve

relief.MOMENT_S = 0.5
web_server.PLACES_BY_FILE = {places}
home = Path(os.environ["HOME"])
app = Flask(__name__)
at_work, most = [], [0]

@app.get("/work")
def work():
    at_work.append(1)
    most[0] = max(most[0], len(at_work))
    time.sleep(0.002)  # others could begin meanwhile
    at_work.pop()
    return "done"

@app.get("/most")
def tell():
    return str(most[0])

@app.get("/hold/<name>")
def hold(name):
    (home / f"held-{name}").touch()
    while not (home / "release").exists():
        time.sleep(0.01)
    return "released"

@app.get("/fail")
def fail():
    raise SystemExit("of this request alone")

listener = listen("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
parent = os.getpid()
pid = fork(lambda: serve(app, listener, None, parent))
print(pid, flush=True)
_, status = os.waitpid(pid, 0)
"""
CLIENTS = 12


def ask_all(url):
    """Ask many times at once; return how many were answered at a time at the most."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda _: get(f"{url}/work"), range(10 * CLIENTS)))
    assert answers == [b"done"] * len(answers)
    return int(get(f"{url}/most"))


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_are_at_work_than_there_are_places(tmp_path, places):
    with served(tmp_path, PROGRAM.replace("{places}", str(places))) as (_, _, url):
        assert ask_all(url) == places


def test_who_waits_is_relieved_by_one_and_makes_two_of_it_neither_then_nor_later(tmp_path):
    with served(tmp_path, PROGRAM.replace("{places}", "1")) as (_, _, url), ThreadPoolExecutor() as clients:
        waiting = [clients.submit(get, f"{url}/hold/{number}") for number in range(3)]
        wait_until(lambda: len(list(tmp_path.glob("held-*"))) == len(waiting))
        assert ask_all(url) == 1
        asked = clients.submit(ask_all, url)
        (tmp_path / "release").touch()  # they come back while others stand in line
        assert [each.result() for each in waiting] == [b"released"] * len(waiting)
        assert asked.result() == 1


def test_all_threads_may_wait_at_once_and_what_comes_then_is_answered_after_them(tmp_path):
    with served(tmp_path, PROGRAM.replace("{places}", "1")) as (_, _, url), ThreadPoolExecutor(20) as clients:
        waiting = [clients.submit(get, f"{url}/hold/{number}") for number in range(20)]
        wait_until(lambda: len(list(tmp_path.glob("held-*"))) == 16)
        (tmp_path / "release").touch()
        assert [each.result() for each in waiting] == [b"released"] * len(waiting)
        assert ask_all(url) == 1


def test_a_request_that_ends_its_thread_ends_neither_the_server_nor_its_place(tmp_path):
    with served(tmp_path, PROGRAM.replace("{places}", "1")) as (_, _, url):
        for _ in range(3):
            with pytest.raises(OSError, match=r"without response|500|reset"):
                get(f"{url}/fail")
        assert ask_all(url) == 1
