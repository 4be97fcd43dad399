import os
import signal
import subprocess
import sys
import time

import pytest

from tests.jobs.workers import ROOT

PROGRAM = """
import os, signal, sys
from commonplace.operations.processes import fork, run_apart

def fail():
    raise ValueError("as it should")

def leave():
    sys.exit(4)

def leave_in_words():
    sys.exit("no number")

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def default_signals():
    return int(signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL)

def say():
    print("from the child", flush=False)
    return 0

signal.signal(signal.SIGTERM, lambda *_: None)
import atexit
atexit.register(lambda: print("the parent's own farewell"))
print([run_apart(run) for run in (lambda: 0, lambda: 7, fail, leave, leave_in_words, die, default_signals, say)])
"""


def test_a_process_of_its_own_does_one_thing_and_tells_how_it_went():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["from the child", "[0, 7, 1, 4, 1, -9, 0, 0]", "the parent's own farewell"]
    assert "ValueError: as it should" in done.stderr


ORPHAN = """
import os, signal, sys, time
from commonplace.operations.processes import follow, fork

def child():
    follow(parent)
    signal.signal(signal.SIGTERM, lambda *_: (print("told to end", flush=True), os._exit(0)))
    print("begun", flush=True)
    while True:
        time.sleep(0.05)
    return 0

parent = os.getpid()
pid = fork(child)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_lost_its_parent_is_told_to_end(number):
    with subprocess.Popen([sys.executable, "-c", ORPHAN], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "begun\n"
        began = time.monotonic()
        os.kill(parent.pid, number)
        assert parent.stdout.readline() == "told to end\n"
        assert time.monotonic() - began < 5
        parent.wait(timeout=10)
