import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from commonplace.operations import web_server
from commonplace.operations.web_server import CannotListen, listen
from tests.jobs.workers import ROOT, wait_until

PROGRAM = """
import os, sys, time
from flask import Flask, jsonify, request
from commonplace.operations.processes import fork
from commonplace.operations.web_server import listen, serve

app = Flask(__name__)

@app.get("/")
def show():
    return jsonify(url=request.url, address=request.remote_addr, script=request.script_root, pid=os.getpid())

@app.get("/slow")
def slow():
    open(os.environ["HOME"] + "/begun", "w").close()
    time.sleep(1)
    return "done"

listener = listen("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
parent = os.getpid()
pid = fork(lambda: serve(app, listener, None, parent))
print(pid, flush=True)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@contextmanager
def served(tmp_path, program=PROGRAM):
    """Serve a small site, and yield its parent, its server's id and its address."""
    environment = os.environ | {"HOME": str(tmp_path)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        url = f"http://127.0.0.1:{parent.stdout.readline().strip()}"
        pid = int(parent.stdout.readline())
        try:
            yield parent, pid, url
        finally:
            parent.kill()
            wait_until(lambda: not answers(url))


def get(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read()


def answers(url):
    try:
        get(url)
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def test_forwarded_headers_are_not_believed_by_the_server_itself(tmp_path):
    with served(tmp_path) as (_, _, url):
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Script-Name": "/x"}
        seen = json.loads(get(url, **headers))
    assert (seen["url"], seen["address"], seen["script"]) == (f"{url}/", "127.0.0.1", "")


def test_it_leaves_nothing_in_the_home_folder(tmp_path):
    with served(tmp_path) as (_, _, url):
        get(url)
        assert list(tmp_path.iterdir()) == []


def test_a_request_is_finished_when_the_server_is_told_to_end(tmp_path):
    with served(tmp_path) as (parent, pid, url):
        get(url)
        with subprocess.Popen(["curl", "-s", f"{url}/slow"], stdout=subprocess.PIPE, text=True) as client:
            wait_until((tmp_path / "begun").exists)
            os.kill(pid, signal.SIGTERM)
            assert client.communicate(timeout=10)[0] == "done"
        assert parent.wait(timeout=10) == 0


def test_a_worker_that_is_killed_is_replaced_and_no_connection_refused(tmp_path):
    with served(tmp_path) as (_, _, url):
        before = json.loads(get(url))["pid"]
        os.kill(before, signal.SIGKILL)
        assert json.loads(get(url))["pid"] != before


def test_it_ends_with_the_process_that_started_it(tmp_path):
    with served(tmp_path) as (parent, _, url):
        get(url)
        parent.kill()
        wait_until(lambda: not answers(url), seconds=5)


def test_a_free_port_is_found(tmp_path):
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6


def test_a_port_in_use_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(web_server, "PREDECESSOR_S", 0.3)
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"Port {port} is in use: .* --port"):
            listen("127.0.0.1", port)


def test_a_port_that_is_about_to_be_free_is_waited_for():
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    signal.signal(signal.SIGALRM, lambda *_: taken.close())
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    with listen("127.0.0.1", port) as listener:
        assert listener.getsockname()[1] == port


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_a_host_that_is_not_this_machine_is_told(host):
    with pytest.raises(CannotListen, match=f"Nothing can listen on {host}, port 5000"):
        listen(host, 5000)
