"""Moderation on the command line: to read, as acting takes a moderator's name."""

from typing import Any

import click

from commonplace.core.house import House
from commonplace.moderation import queries
from commonplace.moderation.models import LogEntry, Report
from commonplace.moderation.paths import list_paths
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, print_json, print_table

limit_option = click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many.")
REPORT_COLUMNS = ("id", "created_on", "reporter", "user", "entry", "reason")
LOG_COLUMNS = ("id", "created_on", "moderator", "action", "user", "entry", "note")


@click.group()
def moderation() -> None:
    """Read what was reported, and what moderators did."""


@moderation.command()
@limit_option
@as_json
@with_house
def reports(house: House, limit: int, as_json: bool) -> None:
    """List the open reports, newest first."""
    with house.database.reading() as session:
        found = queries.list_open_reports(session, None, cursor=None, limit=limit).items
        paths = list_paths(session, found)
        rows = [_report(report, paths.get(report.entry_id or 0)) for report in found]
    print_json(rows) if as_json else print_table(REPORT_COLUMNS, rows)


@moderation.command()
@limit_option
@as_json
@with_house
def log(house: House, limit: int, as_json: bool) -> None:
    """List what moderators did, newest first."""
    with house.database.reading() as session:
        rows = [_log_entry(row) for row in queries.list_log(session, cursor=None, limit=limit).items]
    print_json(rows) if as_json else print_table(LOG_COLUMNS, rows)


def _report(report: Report, path: str | None) -> dict[str, Any]:
    return {
        "id": report.id,
        "created_on": report.created_on.isoformat(timespec="seconds"),
        "reporter": report.reporter.username if report.reporter else None,
        "user": report.user.username,
        "entry": path,
        "reason": report.reason,
    }


def _log_entry(row: LogEntry) -> dict[str, Any]:
    return {
        "id": row.id,
        "created_on": row.created_on.isoformat(timespec="seconds"),
        "moderator": row.moderator_name,
        "action": row.action,
        "user": row.username,
        "entry": row.entry_path or None,
        "note": row.note,
    }
