import subprocess
import sys

from commonplace import __version__

PROGRAM = """
import gc, sys
from commonplace.__main__ import main
sys.argv = ["commonplace", "--version"]
try:
    main()
finally:
    print(gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def run(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "commonplace", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(f"version {__version__}\n")


def test_what_was_loaded_is_never_looked_through_for_garbage_and_what_comes_then_is():
    done = run("-c", PROGRAM)
    assert done.stdout.splitlines()[-1] == "True True"
