"""How a process of ours begins and ends: forked clean, and never left behind by a parent that was killed."""

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Thread

log = logging.getLogger(__name__)
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PARENT_POLL_S = 0.25
ORPHAN_GRACE_S = 10.0


def fork(run: Callable[[], int]) -> int:
    """Return the id of a new process that runs the function, and nothing else, in a process group of its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which decides
        signal.set_wakeup_fd(-1)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        status = run()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        log.exception("a child process failed")
    finally:
        with contextlib.suppress(OSError, ValueError):  # a closed pipe is no reason to stay
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)  # not by the parent's way out, whose handlers are not ours


def run_apart(run: Callable[[], int]) -> int:
    """Run the function in a process of its own, which takes its memory and connections along; return its status."""
    _, status = os.waitpid(fork(run), 0)
    return os.waitstatus_to_exitcode(status)


def follow(parent: int) -> None:
    """End this process by SIGTERM when its parent is gone: even one that was killed leaves no orphans."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_S)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHAN_GRACE_S)
        os._exit(1)

    Thread(target=watch, name="follow", daemon=True).start()
