"""How commands print: a table for a person, JSON for a program."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

UNFOLDED = 100_000
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(data: Any) -> None:
    """Print data as JSON, readable and in Unicode; times as in RFC 3339."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=_plainly))


def _plainly(value: Any) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows under the columns of those names; values are shown as text, never as markup."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(as_text(row[column]) for column in columns))
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = UNFOLDED  # what reads a pipe wants a row a line
    console.print(table)


def as_text(value: Any) -> str:
    """Return the value on one line, with what a terminal would obey shown instead."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
