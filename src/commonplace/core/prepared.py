"""A SELECT of one row that is compiled once and run by the driver itself, for what is asked for all the time.

A session, its transaction and its result cost ten times what such a statement does. In exchange nothing is converted
on the way out: only columns of text and whole numbers may be asked for.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg as PGDialect
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect
from sqlalchemy.sql.compiler import SQLCompiler

from commonplace.core.db import Database


def find_row(database: Database, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> Any | None:
    """Return the first row as a tuple, or None; `statement` is one that is kept, with all of `values` as parameters."""
    compiled, processors = _compile(statement, database.engine.dialect)
    given = compiled.construct_params(values)
    for name, process in processors:
        given[name] = process(given[name])
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(compiled.string, given)
        row = cursor.fetchone()
        cursor.close()
        return row
    finally:
        connection.close()


@lru_cache
def _compile(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> tuple[SQLCompiler, list[tuple[str, Any]]]:
    by_name = SQLiteDialect(paramstyle="named") if dialect.name == "sqlite" else PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy left this one out
    compiled = statement.compile(dialect=by_name)
    processors = [
        (name, process)
        for name, parameter in compiled.binds.items()
        if (process := parameter.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    return compiled, processors
