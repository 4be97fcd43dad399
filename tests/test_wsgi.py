import os
import subprocess
import sys

from commonplace.config import PREFIX

PROGRAM = """
from werkzeug.test import Client
from commonplace.wsgi import app
print(Client(app).get("/healthz").text.strip())
"""


def run(data_dir, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}DATA_DIR": str(data_dir)} | settings
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=False)


def test_a_wsgi_server_finds_the_application(tmp_path):
    ended = run(tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b'{"status":"ok"}\n', b"")


def test_a_wrong_setting_ends_it_with_a_last_line_that_says_which(tmp_path):
    ended = run(tmp_path, COMMONPLACE_SIGNUP="hunter2")
    assert ended.returncode != 0
    assert b"COMMONPLACE_SIGNUP is wrong: " in ended.stderr.splitlines()[-1]
    assert b"hunter2" not in ended.stderr
