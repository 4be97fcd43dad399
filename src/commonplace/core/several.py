"""A condition with several values in one parameter, so that a statement is the same however many there are."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Several(TypeDecorator[Sequence[Any]]):
    """Several values of one type: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        """Hold values of that type."""
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database knows them as."""
        return dialect.type_descriptor(ARRAY(self.one) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Return what the driver takes."""
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class is_one_of(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """The condition that a column is among the values of a parameter."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any], name: str) -> None:
        """Compare the column with the parameter of that name."""
        super().__init__(column, bindparam(name, type_=Several(column.type)))

    def self_group(self, against: Any = None) -> Any:
        """Return itself: it is a condition as it stands, and not a number to be compared with 1."""
        return self


@compiles(is_one_of, "postgresql")
def _compare_with_array(element: is_one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(values, **kw)})"


@compiles(is_one_of, "sqlite")
def _compare_with_json(element: is_one_of, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **kw)} IN (SELECT value FROM json_each({compiler.process(values, **kw)}))"  # noqa: S608 - both are the compiler's
