"""A SELECT that is compiled once and run without the layers between it and the driver, for what is asked all the time.

A session, its transaction and its result cost ten times what such a statement does. In exchange nothing is converted
on the way out: only columns of text and whole numbers may be asked for.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Dialect, Row, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg as PGDialect
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from commonplace.core.db import Database

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


def find_row(database: Database, statement: Statement, values: Mapping[str, Any]) -> Any | None:
    """Return the first row as a tuple, or None; `statement` is one that is kept, with all of `values` as parameters."""
    text, given = _prepare(statement, database.engine.dialect, values)
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(text, given)
        row = cursor.fetchone()
        cursor.close()
        return row
    finally:
        connection.close()


def list_rows(session: Session, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all rows, within the session's transaction; what was not flushed is not among them."""
    connection = session.connection()
    return connection.exec_driver_sql(*_prepare(statement, connection.dialect, values)).all()


def list_ids(session: Session, statement: Statement, values: Mapping[str, Any]) -> Sequence[int]:
    """Return the first column of the same, which are ids."""
    return [row[0] for row in list_rows(session, statement, values)]


def _prepare(statement: Statement, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, MutableMapping[str, Any]]:
    compiled, processors = _compile(statement, dialect)
    given = compiled.construct_params(values)
    for name, process in processors:
        given[name] = process(given[name])
    return compiled.string, given


@lru_cache
def _compile(statement: Statement, dialect: Dialect) -> tuple[SQLCompiler, list[tuple[str, Any]]]:
    by_name = SQLiteDialect(paramstyle="named") if dialect.name == "sqlite" else PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy left this one out
    compiled = statement.compile(dialect=by_name)
    processors = [
        (name, process)
        for name, parameter in compiled.binds.items()
        if (process := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    return compiled, processors
