import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, ForeignKey, LargeBinary, Text, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from commonplace.core.db import BigId, Database, UtcDateTime
from commonplace.core.errors import Invalid
from commonplace.operations.backup_tables import (
    find_numbering,
    go_on_numbering,
    is_empty,
    list_tables,
    load_table,
    read_rows,
    store_table,
)
from tests.databases import empty_database


class Tables(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime, int: BigId, bytes: LargeBinary, bool: Boolean, str: Text}  # noqa: RUF012 - SQLAlchemy's declarative attribute


class Leaf(Tables):
    __tablename__ = "leaves"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's declarative attribute
    id: Mapped[int] = mapped_column(primary_key=True)
    twig_id: Mapped[int | None] = mapped_column(ForeignKey("leaves.id"))
    words: Mapped[str | None]
    raw: Mapped[bytes | None]
    is_green: Mapped[bool | None]
    grown_on: Mapped[datetime | None]
    size: Mapped[int | None]


columns = st.fixed_dictionaries(
    {
        "words": st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        "raw": st.none() | st.binary(max_size=40),
        "is_green": st.none() | st.booleans(),
        "grown_on": st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants them bare
        "size": st.none() | st.integers(-(2**63), 2**63 - 1),
    }
)


@pytest.fixture
def databases(tmp_path):
    """SQLite, then PostgreSQL, then SQLite again."""
    (tmp_path / "a").mkdir()
    (tmp_path / "c").mkdir()
    with empty_database("postgresql", tmp_path) as url:
        opened = [Database(f"sqlite:///{tmp_path}/a/a"), Database(url), Database(f"sqlite:///{tmp_path}/c/c")]
        for database in opened:
            Tables.metadata.create_all(database.engine)
        yield opened
        for database in opened:
            database.dispose()


def copy(source, target):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, source.engine.connect() as connection:
        (table,) = list_tables(connection)
        count = store_table(archive, connection, table)
        numbering = find_numbering(connection)
    with zipfile.ZipFile(buffer) as archive, target.engine.execution_options(writes=True).begin() as connection:
        assert sum(1 for _row in read_rows(archive, "leaves")) == count
        (table,) = list_tables(connection)
        load_table(archive, connection, table)
        go_on_numbering(connection, table, numbering.get("leaves", 0))
    return archive


def rows(database):
    with database.reading() as session:
        return list(map(tuple, session.execute(select(Leaf.__table__).order_by(Leaf.id))))


@pytest.mark.server
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(columns, max_size=4), data=st.data())
def test_rows_are_the_same_after_a_way_through_both_databases(databases, values, data):
    for database in databases:
        with database.writing() as session:
            session.execute(delete(Leaf))
    first, second, third = databases
    with first.writing() as session:
        leaves = [Leaf(id=number, **row) for number, row in enumerate(values, 1)]
        session.add_all(leaves)
        session.flush()
        for leaf in leaves:
            leaf.twig_id = data.draw(st.sampled_from([None, *range(1, len(leaves) + 1)]))
    copy(first, second)
    copy(second, third)
    assert rows(second) == rows(first)
    assert rows(third) == rows(first)


@pytest.mark.server
def test_a_number_that_was_given_once_is_given_to_no_other_row_even_where_all_rows_went(databases):
    with databases[0].writing() as session:
        session.add_all([Leaf(id=7), Leaf(id=9)])
        session.flush()
        session.execute(delete(Leaf))
    for source, target in ((0, 1), (1, 2)):
        copy(databases[source], databases[target])
        with databases[target].engine.connect() as connection:
            assert is_empty(connection)
            assert find_numbering(connection) == {"leaves": 9}
    for database in databases[1:]:
        with database.writing() as session:
            leaf = Leaf()
            session.add(leaf)
            session.flush()
            assert leaf.id == 10


@pytest.mark.server
def test_more_rows_than_a_batch_holds_all_come_along(databases):
    with databases[0].writing() as session:
        session.add_all(Leaf(words=str(number), twig_id=None if number < 5 else 1) for number in range(1203))
    copy(databases[0], databases[1])
    assert rows(databases[1]) == rows(databases[0])


def test_rows_with_other_columns_are_refused(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/a")
    Tables.metadata.create_all(database.engine)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("tables/leaves.jsonl", '{"id": 1}\n')
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, database.engine.begin() as connection:
        with pytest.raises(Invalid, match="rows of leaves are not as they should be"):
            load_table(archive, connection, *list_tables(connection))
        assert is_empty(connection)
    database.dispose()
