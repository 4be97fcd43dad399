import shutil

import pytest
from sqlalchemy import func, inspect, select

from commonplace.operations import migrations
from commonplace.timeline.queries import get_log
from commonplace.users.models import User
from tests.factories import make_user


def tables(house):
    return inspect(house.database.engine).get_table_names()


def test_the_tables_are_made_once_and_what_is_in_them_stays(run, house, session):
    make_user(session, "ada")
    session.commit()
    for command in (["init-db"], ["db", "upgrade"], ["db", "upgrade", migrations.newest_revision()]):
        ended = run(*command)
        assert (ended.exit_code, ended.stdout, ended.stderr) == (
            0,
            f"The tables are at {migrations.newest_revision()}.\n",
            "",
        )
    assert session.scalar(select(func.count()).select_from(User)) == 1


def test_to_drop_the_tables_it_asks_first_and_no_answer_is_a_no(run, house):
    before = tables(house)
    for given in ("n\n", "", "\n"):
        ended = run("drop-db", given=given)
        assert ended.exit_code == 1
        assert "everything in them? [y/N]" in ended.stdout
        assert tables(house) == before
    assert run("drop-db", given="y\n").exit_code == 0
    assert tables(house) == []


def test_the_tables_can_be_dropped_without_a_question_and_made_again(run, house):
    assert run("drop-db", "--yes").stdout == "The tables are gone.\n"
    assert tables(house) == []
    assert run("drop-db", "--yes").exit_code == 0
    assert run("init-db").exit_code == 0
    assert migrations.list_differences(house) == []


def test_made_again_they_do_not_go_on_with_the_former_log_of_additions(run, house):
    def log_id():
        with house.database.reading() as session:
            return get_log(session).id

    former = log_id()
    run("drop-db", "--yes")
    run("init-db")
    assert log_id() != former
    present = log_id()
    run("init-db")
    assert log_id() == present


def test_dropped_tables_beside_files_are_told_of_and_not_made_anew_unseen(run, house):
    house.storage.put("exports/1.zip", b"x")
    assert run("drop-db", "--yes").stdout == "The tables are gone; the files are still there.\n"
    ended = run("init-db")
    assert ended.exit_code == 1
    assert "the storage holds files" in ended.stderr
    assert tables(house) == []


def test_steps_go_down_and_up_again(run, house):
    assert run("db", "downgrade", "base").stdout == "The tables are at None.\n"
    assert tables(house) == []
    assert run("db", "upgrade").stdout == f"The tables are at {migrations.newest_revision()}.\n"


def test_a_step_down_that_loses_rows_asks_first(run, house, session):
    make_user(session, "ada")
    session.commit()
    session.close()
    before = tables(house)
    for given in ("n\n", "", "\n"):
        assert run("db", "downgrade", "base", given=given).exit_code == 1
        assert tables(house) == before
    assert run("db", "downgrade", "0007", given="y\n").exit_code == 0
    assert run("db", "downgrade", "base", "--yes").stdout == "The tables are at None.\n"


@pytest.mark.parametrize("command", [["db", "upgrade", "nonsense"], ["db", "downgrade", "nonsense"]])
def test_a_step_that_does_not_exist_is_told_in_one_line(run, house, command):
    ended = run(*command)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("commonplace: The tables stay as they are")
    assert ended.stderr.count("\n") == 1


def test_a_step_is_written_where_the_command_says(run, house, tmp_path, monkeypatch):
    steps, last = tmp_path / "steps", migrations.newest_revision()
    next_ = f"{int(last) + 1:04}"
    shutil.copytree(migrations.STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "STEPS", steps)
    ended = run("db", "revision", "Shoes & socks")
    assert ended.exit_code == 0
    path = steps / "versions" / f"{next_}_shoes_socks.py"
    assert ended.stdout == f"{path}\n"
    assert path.read_text().startswith('"""Shoes & socks"""')
    assert f"down_revision = '{last}'" in path.read_text()
    assert run("db", "upgrade").stdout == f"The tables are at {next_}.\n"
