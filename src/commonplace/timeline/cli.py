"""The feed on the command line."""

import click

from commonplace.core.house import House
from commonplace.terminal.commands import with_house
from commonplace.terminal.printing import as_json, print_json
from commonplace.timeline.making import is_pushing


@click.group()
def feeds() -> None:
    """Look after the feeds."""


@feeds.command()
@as_json
@with_house
def rebuild(house: House, *, as_json: bool) -> None:
    """Make every pushed feed anew from the database; where feeds are put together when read, there is nothing to do."""
    if not is_pushing(house):
        number = entries = 0
    else:
        from commonplace.timeline.rebuilding import rebuild_feeds  # noqa: PLC0415 - slow import

        number, entries = rebuild_feeds(house)
    if as_json:
        print_json({"strategy": house.settings.feed, "feeds": number, "entries": entries})
    elif is_pushing(house):
        click.echo(f"{number} feeds are made anew, with {entries} entries in them.")
    else:
        click.echo("Feeds are put together when they are read (COMMONPLACE_FEED=read): there is nothing to make anew.")
