from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from commonplace.core.db import BigId, Database
from commonplace.core.ids import (
    BASE62,
    EPOCH,
    IDS_PER_MILLISECOND,
    allocate_id,
    first_id_at,
    new_hash_key,
    random_key,
)

MILLISECOND = timedelta(milliseconds=1)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2069, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants them bare


class Tables(DeclarativeBase):
    pass


class Thing(Tables):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


def share(session: Session, moment: datetime) -> int:
    thing = Thing(id=allocate_id(session, Thing.id, moment))
    session.add(thing)
    return thing.id


def fill(session: Session, moment: datetime, milliseconds: int) -> None:
    first = first_id_at(moment)
    ids = range(first, first + milliseconds * IDS_PER_MILLISECOND)
    session.execute(insert(Thing), [{"id": each} for each in ids])


@given(moments, moments)
def test_ids_sort_as_their_milliseconds_do(one: datetime, other: datetime) -> None:
    same = (one - EPOCH) // MILLISECOND == (other - EPOCH) // MILLISECOND
    assert (first_id_at(one) == first_id_at(other)) == same
    assert (first_id_at(one) < first_id_at(other)) == (not same and one < other)


@given(moments)
def test_an_id_tells_its_millisecond_exactly_and_fits_a_float(moment: datetime) -> None:
    first = first_id_at(moment)
    assert EPOCH + first // IDS_PER_MILLISECOND * MILLISECOND <= moment
    assert moment < EPOCH + (first // IDS_PER_MILLISECOND + 1) * MILLISECOND
    assert first + IDS_PER_MILLISECOND <= 2**53


def test_what_is_older_than_the_epoch_takes_its_first_ids(database: Database) -> None:
    with database.writing() as session:
        assert [share(session, datetime(1987, 5, 1, tzinfo=UTC)) for _ in range(2)] == [0, 1]


def test_one_millisecond_gives_its_ids_in_order(database: Database) -> None:
    with database.writing() as session:
        ids = [share(session, NOON) for _ in range(3)]
    assert ids == [first_id_at(NOON), first_id_at(NOON) + 1, first_id_at(NOON) + 2]


def test_a_back_dated_entry_takes_its_place_in_time(database: Database) -> None:
    with database.writing() as session:
        today, yesterday = share(session, NOON), share(session, NOON - timedelta(days=1))
        session.flush()
        assert list(session.scalars(select(Thing.id).order_by(Thing.id.desc()))) == [today, yesterday]


def test_a_used_up_millisecond_borrows_from_the_next_free_one(database: Database) -> None:
    with database.writing() as session:
        fill(session, NOON, milliseconds=2)
        borrowed = share(session, NOON)
        assert borrowed == first_id_at(NOON + 2 * MILLISECOND)
        assert share(session, NOON + 2 * MILLISECOND) == borrowed + 1
        assert share(session, NOON) == borrowed + 2
        assert share(session, NOON + MILLISECOND) == borrowed + 3


def test_the_last_id_of_a_millisecond_is_used(database: Database) -> None:
    last = first_id_at(NOON) + IDS_PER_MILLISECOND - 1
    with database.writing() as session:
        session.add(Thing(id=last - 1))
        assert [share(session, NOON), share(session, NOON)] == [last, last + 1]


def test_writers_at_the_same_moment_never_collide(database: Database) -> None:
    with database.writing() as session:
        session.add(Thing(id=first_id_at(NOON) + IDS_PER_MILLISECOND - 30))

    def write(_: int) -> list[int]:
        ids = []
        for _ in range(10):
            with database.writing() as session:
                ids.append(share(session, NOON))
        return ids

    with ThreadPoolExecutor(6) as pool:
        given_out = [each for ids in pool.map(write, range(6)) for each in ids]
    first = first_id_at(NOON) + IDS_PER_MILLISECOND - 29
    assert sorted(given_out) == list(range(first, first + 60))


@given(st.integers(1, 60))
def test_a_random_key_has_the_length_asked_for(length: int) -> None:
    key = random_key(length)
    assert len(key) == length
    assert set(key) <= set(BASE62)


def test_hash_keys_carry_128_bits_that_do_not_repeat() -> None:
    keys = {new_hash_key() for _ in range(2000)}
    assert len(keys) == 2000
    assert all(len(key) == 22 and set(key) <= set(BASE62) for key in keys)
    assert all(sum(BASE62.index(c) * 62**place for place, c in enumerate(key)) < 2**128 for key in keys)
    for place in range(21):
        assert len({key[place] for key in keys}) == len(BASE62)
