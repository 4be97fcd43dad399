"""The command `commonplace` in a process of its own, as people run it."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = "from commonplace.__main__ import main; main()"


def begin(
    data_dir: Path, *arguments: str, database_url: str = "", start_new_session: bool = False, **settings: str
) -> "subprocess.Popen[bytes]":
    """Start the command on that data folder, with no other settings than those given; its output is piped."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
    environment |= {f"COMMONPLACE_{name.upper()}": value for name, value in settings.items()}
    environment |= {"COMMONPLACE_DATA_DIR": str(data_dir), "COMMONPLACE_DATABASE_URL": database_url}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], env=environment, start_new_session=start_new_session, **pipes
    )


def finish(process: "subprocess.Popen[bytes]", given: bytes = b"") -> tuple[int, bytes, bytes]:
    """Return exit status, standard output and standard error of the command, which is ended after a minute."""
    try:
        out, err = process.communicate(given, timeout=60)
    finally:
        process.kill()
    return process.returncode, out, err
