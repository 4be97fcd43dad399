import pytest
from sqlalchemy import false, text

from commonplace.timeline import queries_sqlite, service
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.queries_sqlite import SQLiteSource
from tests.architecture.test_query_counts import counted


@pytest.fixture(autouse=True)
def on_sqlite(house):
    if not house.database.is_sqlite:
        pytest.skip("SQL of SQLite")


def plan(session, statement, **values):
    compiled = str(statement.compile(session.get_bind(), compile_kwargs={"render_postcompile": True}))
    given = statement.compile(session.get_bind()).construct_params(values)
    order = statement.compile(session.get_bind()).positiontup
    rows = session.connection().exec_driver_sql(f"explain query plan {compiled}", tuple(given[n] for n in order))
    return "\n".join(row.detail for row in rows)


def test_both_shapes_walk_an_index_of_what_is_listed(session, stage):
    asked = {"viewer_id": stage.reader.id, "before": NEWEST, "number": 20, "window": 100, "too_many": 201}
    assert "ix_entries_live (author_id=?" in plan(session, queries_sqlite._by_author(None), **asked)
    newest = plan(session, queries_sqlite._among_newest(None, unless=false()), **asked)
    assert "ix_entries_recent" in newest
    assert "TEMP B-TREE" not in newest
    both = plan(session, queries_sqlite._by_the_shape_that_fits(None), **asked)
    for index in ("ix_entries_live (author_id=?", "ix_entries_recent"):
        assert index in both


@pytest.mark.parametrize(("few", "window", "queries"), [(10, 100, 1), (2, 100, 1), (2, 3, 2)])
def test_the_chooser_asks_once_and_once_more_where_the_newest_do_not_suffice(
    house, session, stage, monkeypatch, few, window, queries
):
    monkeypatch.setattr(queries_sqlite, "FEW", few)
    monkeypatch.setattr(queries_sqlite, "WINDOW", window)
    stage.share(24)
    session.execute(text("select 1"))
    with counted(house.database.engine) as statements:
        found = SQLiteSource().find_newest(session, stage.reader.id, before=NEWEST, number=16, kinds=None)
    assert len(statements) == queries, statements
    assert list(found.ids) == stage.expected()[:16]


def test_some_kinds_only(session, stage):
    stage.share(4)
    source = SQLiteSource()
    for kinds, number in (({"snap"}, 3), ({"post"}, 0)):
        found = source.find_newest(session, stage.reader.id, before=NEWEST, number=9, kinds=kinds)
        assert len(found.ids) == number


def test_those_who_are_not_pushed_by_themselves(session, stage):
    stage.share(8)
    service.pull_author(session, stage.authors[1].id)
    service.pull_author(session, stage.stranger.id)
    found = SQLiteSource().find_newest_pulled(session, stage.reader.id, before=NEWEST, number=9)
    mine = [snap.id for snap in reversed(stage.snaps) if snap.author_id == stage.authors[1].id]
    assert (list(found.ids), found.is_end) == (mine, True)
