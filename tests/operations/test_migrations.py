import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from commonplace.config import Settings
from commonplace.core.db import Base, Database
from commonplace.core.errors import Conflict, Invalid
from commonplace.core.house import House
from commonplace.operations import migrations
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.snaps.service import SnapValues, edit_snap
from tests.commands import begin, finish
from tests.databases import empty_database
from tests.factories import make_snap, make_user


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def sort(request):
    return request.param


@pytest.fixture
def house(sort, tmp_path):
    """A house whose database is empty yet, on either sort."""
    with empty_database(sort, tmp_path) as url, opened(url, tmp_path / "data") as house:
        yield house


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """A copy of the steps, to which a test may add."""
    monkeypatch.setattr(migrations, "STEPS", shutil.copytree(migrations.STEPS, tmp_path / "steps"))


@contextmanager
def opened(url, data_dir):
    house = House.build(Settings.read(data_dir=data_dir, database_url=url))
    yield house
    house.database.dispose()


def tables(house):
    return set(inspect(house.database.engine).get_table_names())


def shape(database):
    """All that the database itself tells of the tables that the models describe."""
    inspector = inspect(database.engine)
    told = {}
    for table in Base.metadata.tables:
        told[table] = [
            sorted(map(plainly, facts(table)))
            for facts in (
                inspector.get_columns,
                inspector.get_indexes,
                inspector.get_foreign_keys,
                inspector.get_unique_constraints,
                inspector.get_check_constraints,
            )
        ]
    if database.is_sqlite:
        numbered = text("select tbl_name from sqlite_master where sql like '%autoincrement%' order by 1")
        with database.reading() as session:
            told["numbered"] = session.scalars(numbered).all()
    return told


def plainly(fact):
    options = {name: str(value) for name, value in fact.get("dialect_options", {}).items()}
    return str(fact | {"dialect_options": options})


def test_up_and_down_and_up_again_leaves_no_difference_to_the_models(house):
    migrations.upgrade(house)
    assert migrations.list_differences(house) == []
    migrations.downgrade(house, "base")
    assert tables(house) == set()
    assert migrations.find_revision(house) is None
    migrations.upgrade(house)
    assert migrations.list_differences(house) == []
    assert migrations.find_revision(house) == migrations.newest_revision()
    assert tables(house) >= {*Base.metadata.tables, migrations.SEARCH_TABLE}


def test_the_steps_make_what_the_models_make_down_to_every_constraint(house, sort, tmp_path):
    migrations.upgrade(house)
    folder = tmp_path / "models"
    folder.mkdir()
    with empty_database(sort, folder) as url:
        from_models = Database(url)
        Base.metadata.create_all(from_models.engine)
        made = shape(from_models)
        from_models.dispose()
    assert shape(house.database) == made


def test_a_difference_is_told_and_the_step_written_for_it_ends_it(house, steps):
    migrations.upgrade(house)
    with house.database.writing() as session:
        session.execute(text("drop index ix_mails_created_on"))
        session.execute(text("alter table users add column shoe_size integer"))
    assert len(migrations.list_differences(house)) == 2
    next_ = f"{int(migrations.newest_revision()) + 1:04}"
    written = migrations.write_revision(house, "no shoes, old mails")
    assert written.name == f"{next_}_no_shoes_old_mails.py"
    migrations.upgrade(house)
    assert migrations.list_differences(house) == []
    assert migrations.find_revision(house) == next_


def add_step(house, code):
    step = migrations.write_revision(house, "by hand")
    step.write_text(step.read_text().replace("    pass", code, 1))


def test_a_step_that_makes_a_table_of_sqlite_anew_loses_nothing_that_refers_to_it(tmp_path, steps):
    with opened("", tmp_path / "data") as house:
        migrations.upgrade(house)
        with house.database.writing() as session:
            kept = make_snap(session, make_user(session, "ada")).id
        add_step(house, "    with op.batch_alter_table('users', recreate='always'):\n        pass")
        migrations.upgrade(house)
        with house.database.reading() as session:
            assert session.scalars(select(Snap.id)).all() == [kept]
        with pytest.raises(IntegrityError), house.database.writing() as session:
            session.execute(text("update entries set author_id = 404"))


def test_a_step_that_fails_leaves_the_tables_as_they_were(house, steps):
    migrations.upgrade(house)
    reached = migrations.newest_revision()
    add_step(house, "    op.create_table('half', sa.Column('id', sa.Integer()))\n    op.execute('no such words')")
    with pytest.raises(Exception, match="syntax error"):
        migrations.upgrade(house)
    assert "half" not in tables(house)
    assert migrations.find_revision(house) == reached


def test_a_database_that_a_newer_version_made_is_left_alone_with_one_clear_line(house):
    migrations.upgrade(house)
    with house.database.writing() as session:
        session.execute(text("update alembic_version set version_num = '0999'"))
    before = tables(house)
    for step, revision in ((migrations.upgrade, "head"), (migrations.downgrade, "base")):
        with pytest.raises(Conflict, match="at step 0999, which this version does not know: a newer one made it"):
            step(house, revision)
    assert tables(house) == before
    assert migrations.find_revision(house) == "0999"


@pytest.mark.parametrize("revision", ["nonsense", "+5", "\0"])
def test_a_step_that_does_not_exist_is_refused_and_nothing_changes(house, revision):
    migrations.upgrade(house)
    with pytest.raises(Invalid, match="The tables stay as they are"):
        migrations.upgrade(house, revision)
    assert migrations.find_revision(house) == migrations.newest_revision()


def test_a_step_is_only_written_from_tables_that_have_taken_the_last_one(house, steps):
    with pytest.raises(Invalid, match="not up to date"):
        migrations.write_revision(house, "too early")


def test_former_versions_of_before_are_for_those_who_could_see_them_until_now(house):
    migrations.upgrade(house)
    with house.database.writing() as session:
        ada = make_user(session, "ada")
        snap = make_snap(session, ada, audience="followers")
        edit_snap(session, ada, snap, SnapValues("two", audience="followers"))
        other = make_snap(session, ada, audience="public")
    migrations.downgrade(house, "0007")
    assert "audience" not in {column["name"] for column in inspect(house.database.engine).get_columns("snap_revisions")}
    migrations.upgrade(house)
    with house.database.reading() as session:
        assert session.scalars(select(SnapRevision.audience)).all() == ["followers"]
        assert session.get(Snap, other.id).audience == "public"


def test_processes_that_upgrade_at_once_all_succeed(house):
    url = house.database.engine.url.render_as_string(hide_password=False)
    processes = [begin(house.settings.data_dir, "init-db", database_url=url) for _ in range(3)]
    assert [finish(process) for process in processes] == [
        (0, f"The tables are at {migrations.newest_revision()}.\n".encode(), b"")
    ] * 3
    assert migrations.list_differences(house) == []


def test_a_table_that_is_made_anew_gives_no_number_twice(house):
    migrations.upgrade(house, "0010")
    if not house.database.is_sqlite:
        pytest.skip("only SQLite makes tables anew")
    given = "select seq from sqlite_sequence where name = 'notifications'"
    with house.database.writing() as session:
        session.execute(text("insert into sqlite_sequence (name, seq) values ('notifications', 41)"))
    for step, revision in ((migrations.upgrade, "0011"), (migrations.downgrade, "0010")):
        step(house, revision)
        with house.database.reading() as session:
            assert session.scalar(text(given)) == 41
