import ast
import os
import subprocess
import sys
from pathlib import Path

import commonplace
from commonplace.config import PREFIX

SOURCE = Path(commonplace.__file__).parent
PROGRAM = """
from commonplace.worker import celery
celery.finalize()
print(*sorted(celery.conf.beat_schedule))
print(*sorted(name for name in celery.tasks if not name.startswith("celery.")))
"""


def is_named(decorator, name):
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == name


def jobs_written_down(decorator):
    """The names of all functions in the source that are made jobs, or periodic, by that decorator."""
    for path in SOURCE.glob("*/*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(is_named(each, decorator) for each in node.decorator_list):
                yield f"{path.parent.name}.{node.name}"


def test_a_worker_knows_every_job_and_repeats_every_periodic_one(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment[f"{PREFIX}DATA_DIR"] = str(tmp_path)
    run = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True)
    repeated, known = (set(line.split()) for line in run.stdout.splitlines())
    assert known == set(jobs_written_down("job"))
    assert repeated == set(jobs_written_down("periodic"))
    assert {"jobs.beat_bulk", "api.forget_idempotency_keys", "mail.send_mail"} <= known
