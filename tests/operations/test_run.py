import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from kombu import pools

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.mail.service import queue_mail
from commonplace.operations import migrations
from commonplace.operations.whereabouts import find_address
from tests.commands import begin, finish
from tests.databases import empty_database
from tests.jobs.workers import ROOT, wait_until
from tests.mail.conftest import LETTER

PROGRAM = [sys.executable, "-c", "from commonplace.__main__ import main; main()", "run"]


@contextmanager
def site(data_dir, *options, **settings):
    """Run the site on a free port, and yield its process and the address that it printed."""
    environment = os.environ | {"COMMONPLACE_DATA_DIR": str(data_dir)} | settings
    command = [*PROGRAM, "--port", "0", *options]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            yield process, re.fullmatch(r"Commonplace is at (https?://\S+)\n", line)[1]
        finally:
            process.kill()
            wait_until(lambda: not family(process.pid))


def family(pid):
    """Return the ids of all processes below that one; of its group where it is gone."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def get(url, **options):
    with urllib.request.urlopen(url, timeout=10, **options) as response:
        return response.status


def test_when_the_address_is_printed_the_site_answers_and_its_jobs_are_done(tmp_path):
    with site(tmp_path) as (_, url):
        assert get(f"{url}/healthz") == 200
        assert get(f"{url}/readyz") == 200
        house = House.build(Settings.read(data_dir=tmp_path))
        make_celery(house)
        with house.database.writing() as session:
            queue_mail(session, house, **LETTER)
        wait_until(lambda: list((tmp_path / "outbox").glob("*.eml")))
        house.database.dispose()
        pools.reset()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_the_whole_site_ends(tmp_path, number):
    with site(tmp_path) as (process, url):
        children = family(process.pid)
        assert len(children) >= 3
        process.send_signal(number)
        assert process.wait(timeout=15) == 0
        assert not any(lives(child) for child in children)
        with pytest.raises(urllib.error.URLError):
            get(url)


def test_whatever_is_killed_the_site_comes_back(tmp_path):
    with site(tmp_path) as (process, url):
        wait_until(lambda: len(family(process.pid)) >= 3)
        for _ in range(2):
            for child in family(process.pid):
                os.kill(child, signal.SIGKILL)
            assert get(f"{url}/healthz") == 200  # the listening socket was never closed
            wait_until(lambda: len(family(process.pid)) >= 3)


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_takes_its_place(tmp_path):
    with site(tmp_path) as (process, url):
        children = family(process.pid)
        process.kill()
        process.wait()
        port = url.rpartition(":")[2]
        with site(tmp_path, "--port", port) as (_, again):
            assert again == url
            assert get(f"{url}/healthz") == 200
        wait_until(lambda: not any(lives(child) for child in children), seconds=10)


def test_https_serves_by_a_certificate_of_its_own(tmp_path):
    with site(tmp_path, "--https") as (_, url):
        assert url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=tmp_path / "certificate" / "certificate.pem")
        with urllib.request.urlopen(f"{url}/healthz", timeout=10, context=context) as answer:
            assert answer.status == 200
            assert "Strict-Transport-Security" not in answer.headers  # it would outlive this certificate
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            get(f"{url}/healthz")


def test_commands_link_to_where_the_site_runs_and_only_while_it_does(tmp_path):
    create = ["users", "create", "ada", "--email", "ada@example.org", "--password-stdin"]
    with site(tmp_path) as (process, url):
        assert finish(begin(tmp_path, *create), b"correct horse battery\n")[0] == 0
        assert finish(begin(tmp_path, "users", "reset-password", "ada"))[1].startswith(f"{url}/users/reset/".encode())
        named = begin(tmp_path, "users", "reset-password", "ada", site_url="https://book.example")
        assert finish(named)[1].startswith(b"https://book.example/users/reset/")
        process.kill()
        wait_until(lambda: not family(process.pid))
        wait_until(lambda: find_address(tmp_path) is None)
    assert finish(begin(tmp_path, "users", "reset-password", "ada"))[1].startswith(b"http://127.0.0.1:5000/users/")


def fails(data_dir, *options, **settings):
    """Run the site, which cannot start, and return its status and what it said."""
    environment = os.environ | {"COMMONPLACE_DATA_DIR": str(data_dir)} | settings
    done = subprocess.run(
        [*PROGRAM, *options], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_port_in_use_ends_it_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = fails(tmp_path, "--port", str(port))
    assert status == 1
    assert said == f"commonplace: Port {port} is in use: stop what listens there, or choose another with --port.\n"


def test_an_empty_database_beside_files_ends_it_with_one_line(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo.jpg").write_bytes(b"x")
    status, said = fails(tmp_path, "--port", "0")
    assert status == 1
    assert len(said.splitlines()) == 1
    assert said.startswith("commonplace: The database is empty, but the storage holds files")


@pytest.mark.parametrize(("name", "value"), [("KINDS", "poems"), ("DATABASE_URL", "sqlite:////nowhere/x.sqlite3")])
def test_a_wrong_setting_ends_it_with_one_line(tmp_path, name, value):
    status, said = fails(tmp_path, "--port", "0", **{f"COMMONPLACE_{name}": value})
    assert status == 2
    assert said.startswith(f"commonplace: COMMONPLACE_{name} is wrong: ")
    assert len(said.splitlines()) == 1


@pytest.mark.server
def test_a_server_whose_tables_are_others_ends_it_with_one_line(tmp_path):
    with empty_database("postgresql", tmp_path) as url:
        status, said = fails(tmp_path, "--port", "0", COMMONPLACE_DATABASE_URL=url)
        assert (status, len(said.splitlines())) == (1, 1)
        assert said.startswith("commonplace: The database has no tables, ")
        assert said.endswith(": run `commonplace db upgrade`.\n")
        house = House.build(Settings.read(data_dir=tmp_path, database_url=url))
        migrations.upgrade(house, "0002")
        house.database.dispose()
        status, said = fails(tmp_path, "--port", "0", COMMONPLACE_DATABASE_URL=url)
        assert (status, len(said.splitlines())) == (1, 1)
        assert said.startswith("commonplace: The database has tables of step 0002, ")


def test_a_damaged_database_ends_it_with_one_line(tmp_path):
    (tmp_path / "commonplace.sqlite3").write_bytes(b"SQLite format 3\0" + b"damaged" * 4096)
    status, said = fails(tmp_path, "--port", "0")
    assert status == 1
    assert said.startswith("commonplace: The database cannot be read (")
    assert len(said.splitlines()) == 1


def test_the_second_start_finds_what_the_first_made(tmp_path):
    for _ in range(2):
        began = time.monotonic()
        with site(tmp_path) as (process, url):
            assert get(url) == 200
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=15)
        assert time.monotonic() - began < 30
    assert (tmp_path / "commonplace.sqlite3").exists()
