"""Snaps on the command line."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import click

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.core.text import decode_text
from commonplace.entries.models import AUDIENCES, Audience
from commonplace.snaps import queries, rules, service
from commonplace.snaps.models import Snap
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, print_json, print_table
from commonplace.users.queries import get_user_by_name


@click.group()
def snaps() -> None:
    """Share and read code snippets."""


@snaps.command()
@click.argument("file", type=click.File("rb", lazy=True))
@click.option("--user", "username", required=True, help="Whose snap it is.")
@click.option("--name", help="A name other than the file's own.")
@click.option("--extension", default="", help="Chooses the highlighter; guessed where it is left out.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="members", show_default=True, help="Who may see it.")
@click.option(
    "--expires", type=click.Choice(tuple(rules.EXPIRIES)), default="never", show_default=True, help="When it goes."
)
@as_json
@with_house
def add(
    house: House,
    file: BinaryIO,
    username: str,
    name: str | None,
    extension: str,
    audience: Audience,
    expires: str,
    as_json: bool,
) -> None:
    """Share FILE, or what comes in where FILE is a dash, and print its address."""
    values = service.SnapValues(
        content=decode_text("content", file.read(rules.MAX_BYTES + 1)),
        name=name if name is not None else _name_of(file),
        extension=extension,
        audience=audience,
        expires_on=_moment(rules.EXPIRIES[expires]),
    )
    with house.database.writing() as session:
        snap = service.share_snap(session, get_user_by_name(session, username), values)
        facts = _facts(house, snap)
    print_json(facts) if as_json else click.echo(facts["url"])


@snaps.command("list")
@click.option("--user", "username", help="Only this user's, with all that the user sees; else what is public.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many.")
@as_json
@with_house
def list_(house: House, username: str | None, limit: int, as_json: bool) -> None:
    """List snaps, newest first."""
    with house.database.reading() as session:
        user = get_user_by_name(session, username) if username else None
        page = queries.list_snaps(session, user, author=user, cursor=None, limit=limit)
        rows = [_facts(house, snap) for snap in page.items]
    if as_json:
        print_json(rows)
    else:
        print_table(("hash_key", "name", "audience", "author", "size", "created_on"), rows)


@snaps.command()
@click.argument("hash_key")
@click.option("--user", "username", help="See with this user's eyes.")
@as_json
@with_house
def show(house: House, hash_key: str, username: str | None, as_json: bool) -> None:
    """Print the text of the snap HASH_KEY, byte for byte, or all of it as JSON."""
    with house.database.reading() as session:
        viewer = get_user_by_name(session, username) if username else None
        snap = queries.get_snap(session, viewer, hash_key.rsplit("/", 1)[-1], with_content=True)
        if as_json:
            print_json(_facts(house, snap) | {"content": snap.content})
        else:
            click.echo(snap.content.encode(), nl=False)


def _name_of(file: BinaryIO) -> str:
    return "" if file.name in {"-", "<stdin>"} else Path(file.name).name


def _moment(span: timedelta | None) -> datetime | None:
    return clock.now() + span if span else None


def _facts(house: House, snap: Snap) -> dict[str, object]:
    return {
        "hash_key": snap.hash_key,
        "url": f"{house.settings.site_url}/snaps/{snap.hash_key}",
        "name": snap.name,
        "extension": snap.extension,
        "audience": snap.audience,
        "author": snap.author.username,
        "size": snap.size,
        "created_on": snap.created_on.isoformat(timespec="seconds"),
        "expires_on": snap.expires_on.isoformat(timespec="seconds") if snap.expires_on else None,
    }
