import json
import os
import pty
import subprocess
import sys

PROGRAM = """
import logging, structlog
from commonplace.core.logs import start_logging
start_logging()
start_logging()
structlog.contextvars.bind_contextvars(request="0f3a")
logging.getLogger("commonplace.web").warning("two %s", "words")
logging.getLogger("elsewhere").info("heard too")
logging.getLogger("elsewhere").debug("not heard")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("commonplace.web").exception("failed")
"""


def test_in_a_pipe_an_event_is_a_line_of_json():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert run.stdout == b""
    first, second, third = map(json.loads, run.stderr.splitlines())
    told = {name: first[name] for name in ("event", "level", "logger", "request")}
    assert told == {"event": "two words", "level": "warning", "logger": "commonplace.web", "request": "0f3a"}
    assert first["timestamp"].endswith("Z")
    assert second["event"] == "heard too"
    assert "ZeroDivisionError: division by zero" in third["exception"]


def test_on_a_terminal_it_is_for_people():
    master, slave = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=slave) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                block = os.read(master, 4096)
            except OSError:  # what Linux says at the end of a terminal
                break
            shown += block
    os.close(master)
    assert process.returncode == 0
    assert b"two words" in shown
    assert b'{"event"' not in shown
    assert b"ZeroDivisionError" in shown
