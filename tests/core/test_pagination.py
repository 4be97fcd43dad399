from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from commonplace.core.db import BigId, Database
from commonplace.core.errors import Invalid
from commonplace.core.pagination import Page, decode_cursor, encode_cursor, page

ids = st.integers(0, 2**53)


class Tables(DeclarativeBase):
    pass


class Thing(Tables):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hidden: Mapped[bool] = mapped_column(default=False)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = Database(database_url)
    Tables.metadata.create_all(database.engine)
    with database.session(writes=True) as session:
        yield session
    database.dispose()


def put(session: Session, numbers: set[int]) -> None:
    session.execute(delete(Thing))
    if numbers:
        session.execute(insert(Thing), [{"id": number, "hidden": number % 3 == 0} for number in sorted(numbers)])


def walk(ask: Callable[[str | None], Page[Thing]], between: Callable[[], None]) -> Iterator[tuple[Thing, ...]]:
    cursor = None
    while True:
        found = ask(cursor)
        yield found.items
        cursor = found.next
        if cursor is None:
            return
        between()


@given(numbers=st.sets(ids, max_size=30), limit=st.integers(1, 12), oldest_first=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_pages_joined_are_the_whole_list(session: Session, numbers: set[int], limit: int, oldest_first: bool) -> None:
    put(session, numbers)
    order = {"limit": limit, "oldest_first": oldest_first}
    pages = list(walk(lambda cursor: page(session, select(Thing), Thing.id, cursor=cursor, **order), int))
    assert [thing.id for items in pages for thing in items] == sorted(numbers, reverse=not oldest_first)
    assert all(len(items) == limit for items in pages[:-1])
    assert pages[-1] or not numbers


@given(numbers=st.sets(st.integers(0, 10_000), max_size=30), limit=st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_rows_that_arrive_between_pages_move_none(session: Session, numbers: set[int], limit: int) -> None:
    put(session, numbers)
    newer = iter(range(20_000, 30_000))
    pages = walk(
        lambda cursor: page(session, select(Thing), Thing.id, cursor=cursor, limit=limit),
        lambda: session.add_all(Thing(id=next(newer), hidden=False) for _ in range(limit)),
    )
    assert [thing.id for items in pages for thing in items] == sorted(numbers, reverse=True)


def test_a_filtered_list_gives_full_pages(session: Session) -> None:
    put(session, set(range(12)))
    seen = select(Thing).where(Thing.hidden.is_(False))
    first = page(session, seen, Thing.id, cursor=None, limit=5)
    assert [thing.id for thing in first.items] == [11, 10, 8, 7, 5]
    rest = page(session, seen, Thing.id, cursor=first.next, limit=5)
    assert ([thing.id for thing in rest.items], rest.next) == ([4, 2, 1], None)


def test_rows_of_several_columns_are_paged_by_a_key(session: Session) -> None:
    put(session, {1, 2, 3})
    statement = select(Thing.hidden, Thing.id.label("number")).order_by(Thing.hidden)
    first = page(session, statement, Thing.id, cursor=None, limit=2, key=lambda row: row.number)
    assert [(row.number, row.hidden) for row in first.items] == [(3, True), (2, False)]
    rest = page(session, statement, Thing.id, cursor=first.next, limit=2, key=lambda row: row.number)
    assert [tuple(row) for row in rest.items] == [(False, 1)]


def test_a_page_is_one_query(session: Session) -> None:
    put(session, set(range(50)))
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    page(session, select(Thing), Thing.id, cursor=encode_cursor(40), limit=20)
    assert [statement.split()[0] for statement in statements] == ["SELECT"]


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9])
def test_a_limit_outside_1_to_100_is_invalid(session: Session, limit: int) -> None:
    with pytest.raises(Invalid) as caught:
        page(session, select(Thing), Thing.id, cursor=None, limit=limit)
    assert list(caught.value.fields) == ["limit"]


@given(ids)
def test_a_cursor_holds_an_id_and_needs_no_escape_in_an_address(last_id: int) -> None:
    cursor = encode_cursor(last_id)
    assert decode_cursor(cursor) == last_id
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert len(cursor) == 11


@given(st.text(max_size=20) | st.binary(max_size=12).map(lambda raw: raw.hex()))
def test_a_mangled_cursor_is_invalid_or_the_one_text_of_its_id(text: str) -> None:
    with suppress(Invalid):
        assert encode_cursor(decode_cursor(text)) == text


@pytest.mark.parametrize(
    "cursor", ["", "=", "1", "AAAAAAAAAA", "AAAAAAAAAAB", "AAAAAAAAAAA=", " AAAAAAAAAAA", "_" * 11]
)
def test_what_no_page_ended_with_is_invalid(session: Session, cursor: str) -> None:
    with pytest.raises(Invalid):
        page(session, select(Thing), Thing.id, cursor=cursor, limit=20)
