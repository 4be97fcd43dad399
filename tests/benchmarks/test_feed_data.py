"""What feeds are measured on: the same rows by the same seed, which the tables take."""

from statistics import median

import pytest
from benchmarks.feed_data import keeping
from benchmarks.feed_data.rows import PASSWORD, make_tables
from benchmarks.feed_data.size import Size
from benchmarks.feed_data.writing import write_postgresql, write_sqlite
from benchmarks.feed_measures.cases import KINDS, list_cases
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from commonplace.core.db import Base, Database
from commonplace.core.ids import first_id_at, is_hash_key
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed, visible_to
from commonplace.posts.models import Post
from commonplace.snaps.models import Snap
from commonplace.snaps.rules import check_content
from commonplace.users.models import Follow, User
from commonplace.users.passwords import is_password
from commonplace.users.rules import clean_username
from tests.databases import migrated_database

SIZE = Size(people=120, entries=3_000, followed=(10, 40), quiet_followed=(8,))
SORTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(scope="module", params=SORTS)
def filled(request, tmp_path_factory):
    with migrated_database(request.param, tmp_path_factory.mktemp("filled")) as url:
        if request.param == "sqlite":
            write_sqlite(url.removeprefix("sqlite:///"), make_tables(SIZE))
        else:
            write_postgresql(url.replace("+psycopg", ""), make_tables(SIZE))
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture
def session(filled):
    with filled.reading() as session:
        yield session


def rows_of(size):
    return {table.name: list(table.rows) for table in make_tables(size)}


def test_the_same_seed_makes_the_same_rows_and_another_seed_makes_others():
    first, again = rows_of(SIZE), rows_of(SIZE)
    other = rows_of(Size(SIZE.people, SIZE.entries, SIZE.followed, SIZE.quiet_followed, seed=2))
    assert first == again
    assert {name for name in first if first[name] == other[name]} == {"users"}


def test_no_row_refers_to_one_that_is_not_there(session):
    lost = {}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            of_other = select(key.column.table.alias().c[key.column.name])
            asked = select(func.count()).where(key.parent.is_not(None), key.parent.not_in(of_other))
            lost[f"{table.name}.{key.parent.name}"] = session.scalar(asked)
    assert {name: number for name, number in lost.items() if number} == {}
    assert lost


def test_it_holds_as_much_as_it_should_and_every_kind(session):
    assert session.scalar(select(func.count()).select_from(User)) == SIZE.people
    assert session.scalar(select(func.count()).select_from(Entry)) == SIZE.entries
    posts, snaps = (session.scalar(select(func.count()).select_from(kind)) for kind in (Post, Snap))
    assert posts + snaps == SIZE.entries
    assert SIZE.entries * 0.1 < snaps < SIZE.entries * 0.3


def test_readers_follow_exactly_so_many_and_nobody_follows_themselves(session):
    for reader in SIZE.readers:
        user = session.scalars(select(User).where(User.username == reader.username)).one()
        followed = select(func.count()).select_from(Follow).where(Follow.follower_id == user.id)
        assert session.scalar(followed) == reader.followed
    assert session.scalar(select(func.count()).where(Follow.follower_id == Follow.followed_id)) == 0


def test_few_have_most_of_the_followers_and_share_most(session):
    for counted in (Follow.followed_id, Entry.author_id):
        numbers = sorted(session.scalars(select(func.count(counted)).group_by(counted)))
        assert numbers[-1] > 5 * median(numbers)


def test_the_quiet_share_less_than_those_whom_others_follow(session):
    shared = {case.reader: case for case in list_cases(session, SIZE.readers) if case.number > 1}
    popular, quiet = (
        next(case for reader, case in shared.items() if reader.followed == followed) for followed in (10, 8)
    )
    assert quiet.number < popular.number


def test_ids_tell_the_moment_and_addresses_are_whole(session):
    for entry in session.scalars(select(Entry).limit(300)):
        assert entry.id == first_id_at(entry.created_on)
        assert is_hash_key(entry.hash_key)


def test_a_snap_holds_what_sharing_it_would_store(session):
    for snap in session.scalars(select(Snap).limit(20)):
        text = check_content(snap.content)
        assert (snap.digest, snap.size, snap.lines, snap.preview) == (text.digest, text.size, text.lines, text.preview)


def test_people_have_names_that_may_be_had_and_the_password(session):
    users = session.scalars(select(User).limit(10)).all()
    assert [clean_username(user.username) for user in users] == [user.username for user in users]
    assert is_password(PASSWORD, users[0].password)


def test_the_cases_hold_what_the_readers_may_see(session):
    cases = list_cases(session, SIZE.readers)
    assert {case.reader for case in cases} == set(SIZE.readers)
    assert max(case.number for case in cases) > 1
    for case in cases:
        followed = select(Follow.followed_id).where(Follow.follower_id == case.user.id)
        theirs = Entry.author_id.in_(followed) | (Entry.author_id == case.user.id)
        seen = select(Entry.id).where(theirs, visible_to(case.user), is_listed(), Entry.kind.in_(KINDS))
        start = (case.number - 1) * 20
        assert case.ids == tuple(session.scalars(seen.order_by(Entry.id.desc()).offset(start).limit(20)))


def test_a_kept_file_is_used_again_until_the_code_that_made_it_changes(tmp_path, monkeypatch):
    url = keeping.keep_sqlite(SIZE, tmp_path)
    engine = create_engine(url)
    with Session(engine) as session:
        session.execute(Follow.__table__.delete())
        session.commit()
    assert keeping.keep_sqlite(SIZE, tmp_path) == url
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Follow)) == 0
    engine.dispose()
    monkeypatch.setattr(keeping, "_digest", lambda: "other")
    keeping.keep_sqlite(SIZE, tmp_path)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Follow)) > 0
    engine.dispose()


def test_without_a_server_it_says_which_is_missing(monkeypatch):
    monkeypatch.setattr(keeping, "SERVER", "postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(keeping.NoServer, match=r"no PostgreSQL at .*127\.0\.0\.1:1"):
        keeping.keep_postgresql(SIZE)
