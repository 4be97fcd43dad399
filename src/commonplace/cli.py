"""The command `commonplace`."""

import click

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.core.logs import start_logging
from commonplace.jobs.application import make_celery
from commonplace.moderation.cli import moderation
from commonplace.operations.commands import COMMANDS
from commonplace.operations.whereabouts import find_address
from commonplace.registry import list_kinds
from commonplace.terminal.commands import HouseGroup
from commonplace.timeline.cli import feeds
from commonplace.users.cli import users


def _open_house() -> House:
    settings = Settings.read()
    if not settings.is_address_chosen and (address := find_address(settings.data_dir)):
        settings = Settings.read_at(address)
    house = House.build(settings)
    make_celery(house)
    return house


@click.group(cls=HouseGroup, later=COMMANDS)
@click.version_option(package_name="commonplace")
@click.pass_context
def main(context: click.Context) -> None:
    """Commonplace: where a small group keeps and shares what it makes."""
    start_logging()
    context.obj = _open_house


for command in (users, feeds, moderation, *(kind.commands for kind in list_kinds())):
    main.add_command(command)
