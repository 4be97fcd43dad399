import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from commonplace.config import Settings, SettingsError
from commonplace.core.errors import Conflict, Invalid, NotFound, Unavailable
from commonplace.core.house import House
from commonplace.terminal.commands import HouseGroup, with_house
from tests.commands import begin, finish

FAILURES = [
    (SettingsError("COMMONPLACE_X is wrong."), 2),
    (NotFound("There is no such snap."), 1),
    (Invalid("Two\nlines\x1b[31m."), 1),
    (Conflict("It is here already."), 1),
    (Unavailable("GitHub asks us to wait.", retry_after=60), 75),
    (PermissionError(13, "Permission denied", "/srv/x"), 1),
    (OSError(28, "No space left on device"), 1),
]


def group(command, house=None):
    top = HouseGroup("commonplace", commands={"act": click.Command("act", callback=command)})
    return CliRunner().invoke(top, ["act"], obj=house)


@pytest.mark.parametrize(("failure", "status"), FAILURES, ids=lambda value: type(value).__name__)
def test_a_failure_is_one_line_on_standard_error_and_a_status(failure, status):
    def fail():
        raise failure

    ended = group(fail)
    assert ended.exit_code == status
    assert ended.stdout == ""
    assert ended.stderr.startswith("commonplace: ")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.rstrip("\n").isprintable()


def test_a_defect_is_no_failure_and_keeps_its_traceback():
    def defect():
        raise ZeroDivisionError

    assert isinstance(group(defect).exception, ZeroDivisionError)


def test_a_command_that_is_done_says_nothing_and_exits_with_0():
    ended = group(lambda: None)
    assert (ended.exit_code, ended.output) == (0, "")


def test_the_house_is_built_once_where_it_is_needed_and_closed_at_the_end(tmp_path):
    built = []

    def build():
        built.append(House.build(Settings.read(data_dir=tmp_path)))
        return built[-1]

    @with_house
    def act(house):
        with house.database.reading() as session:
            assert session.scalar(text("select 1")) == 1
        with_house(lambda again: again.settings)()

    def without():
        assert built == []

    assert group(without, build).exit_code == 0
    assert group(act, build).exit_code == 0
    assert len(built) == 1
    assert built[0].database.engine.pool.checkedin() == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "status", "words"),
    [
        (["users", "list"], {}, 1, "run `commonplace db upgrade`"),
        (["users", "list"], {"database_url": "postgresql://a:geheim@127.0.0.1:1/b"}, 75, "try again later"),
        (["users", "list"], {"database_url": "mysql://x"}, 2, "COMMONPLACE_DATABASE_URL is wrong"),
        (["users", "list"], {"secret_keys": "too short"}, 2, "COMMONPLACE_SECRET_KEYS is wrong"),
        (["backup", "/nonexistent/backup.zip"], {}, 1, "No such file or directory"),
        (["snaps", "show", "\udcff"], {}, 1, "no such snap"),
        (["snaps", "show"], {}, 2, "Missing argument"),
        (["no-such-command"], {}, 2, "No such command"),
    ],
)
def test_the_real_command_tells_what_is_the_matter_without_a_traceback(tmp_path, arguments, settings, status, words):
    ended, out, err = finish(begin(tmp_path, *arguments, **settings))
    assert (ended, out) == (status, b"")
    assert words in err.decode()
    assert "Traceback" not in err.decode()
    assert "geheim" not in err.decode()
    if status != 2 or "COMMONPLACE" in words:
        assert err.count(b"\n") == 1


def test_a_reader_who_has_seen_enough_ends_a_command_quietly(tmp_path):
    with begin(tmp_path, "routes") as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
