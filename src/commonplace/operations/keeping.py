"""Commands that keep a site safe, and that look into it."""

from pathlib import Path

import click
from sqlalchemy import select

from commonplace.app import create_app
from commonplace.core import clock
from commonplace.core.house import House
from commonplace.entries.reindexing import rebuild_index
from commonplace.operations.backup import check_backup, restore_backup, write_backup
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, as_text, print_json, print_table


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
@with_house
def backup(house: House, target: Path | None) -> None:
    """Write everything to one file, TARGET or `commonplace-<date>.zip`, and read it again to be sure.

    The site may run meanwhile. The file holds the keys: keep it as you would keep them.
    """
    target = target or Path(f"commonplace-{clock.now():%Y%m%d-%H%M%S}.zip")
    write_backup(house, target)
    rows = sum(check_backup(target).values())
    click.echo(f"{as_text(target)}: {rows} rows, {target.stat().st_size // 1024} KiB, read again and found whole.")


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--verify", is_flag=True, help="Only read the backup and say whether it is whole.")
@with_house
def restore(house: House, source: Path, verify: bool) -> None:
    """Fill an empty site from the backup SOURCE, made by this or an older version."""
    counts = check_backup(source) if verify else restore_backup(house, source)
    click.echo(f"{as_text(source)}: {sum(counts.values())} rows {'found whole' if verify else 'restored'}.")


@click.command()
@as_json
@with_house
def routes(house: House, as_json: bool) -> None:
    """List every address of this site."""
    rules = sorted(create_app(house.settings).url_map.iter_rules(), key=lambda rule: rule.rule)
    rows = [
        {
            "address": rule.rule,
            "methods": " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            "endpoint": rule.endpoint,
        }
        for rule in rules
    ]
    print_json(rows) if as_json else print_table(("address", "methods", "endpoint"), rows)


@click.command()
@with_house
def shell(house: House) -> None:
    """Open Python with `house` and a writing `session`, which you commit yourself."""
    import code  # noqa: PLC0415 - slow import

    with house.database.session(writes=True) as session:
        code.interact(local={"house": house, "session": session, "select": select})


@click.group()
def search() -> None:
    """Look after the search index."""


@search.command("rebuild")
@with_house
def rebuild(house: House) -> None:
    """Make the search index anew."""
    click.echo(f"{rebuild_index(house)} entries are indexed.")
