"""The command that runs the whole site: web server and job worker, kept alive by one supervisor."""

import logging
import os
import socket
from functools import partial

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from commonplace.app import create_app
from commonplace.config import Settings
from commonplace.core.errors import CommonplaceError
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.operations.announcement import address, announce
from commonplace.operations.certificate import ensure_certificate
from commonplace.operations.key_check import note_keys
from commonplace.operations.lost_database import check_not_lost
from commonplace.operations.processes import follow, run_apart
from commonplace.operations.supervisor import Child, Supervisor
from commonplace.operations.web_server import listen, serve
from commonplace.operations.whereabouts import note_address
from commonplace.operations.worker import run_worker
from commonplace.terminal.commands import FAILED, explain_database

log = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is all.")
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0 is any free one.")
@click.option("--https", "is_https", is_flag=True, help="Serve with a certificate of the site's own making.")
def run(host: str, port: int, is_https: bool) -> None:
    """Run the site, jobs included, until Ctrl-C or SIGTERM."""
    listener = listen(host, port)
    port = listener.getsockname()[1]
    own_address = address(host, port, is_https=is_https)
    app = create_app(Settings.read_at(own_address))
    house: House = app.extensions["commonplace"]
    if status := run_apart(partial(_prepare, house)):
        raise SystemExit(status)
    _warm_up(app, house)
    note_address(house.settings.data_dir, own_address)
    certificate = ensure_certificate(house.settings.data_dir, host) if is_https else None
    children = [
        Child("the web server", partial(serve, app, listener, certificate, os.getpid())),
        Child("the job worker", partial(_work, house, listener, os.getpid())),
        Child("the announcement", partial(announce, host, port, certificate), once=True),
    ]
    raise SystemExit(Supervisor(children).run())


def _prepare(house: House) -> int:
    """Bring the tables of a file up to date; those of a server are for a command, as several sites may share them."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        check_not_lost(house)
        from commonplace.operations import migrations  # noqa: PLC0415 - slow import, which ends with this process

        if house.database.is_sqlite:
            migrations.upgrade(house)
        migrations.check_current(house)
        note_keys(house)
    except CommonplaceError as error:
        click.echo(f"commonplace: {error.message}", err=True)
        return FAILED
    except DatabaseError as error:
        if house.database.is_sqlite:
            sentence, status = explain_database(error)
            click.echo(f"commonplace: {sentence}", err=True)
            return status
        log.warning("the database is not ready yet: %s", error.orig)  # a server may come up later than the site
    return 0


def _warm_up(app: Flask, house: House) -> None:
    # what a first request loads and compiles is in memory once, not in every child
    app.test_client().get("/")
    house.database.dispose()


def _work(house: House, listener: socket.socket, parent: int) -> int:
    listener.close()
    follow(parent)
    return run_worker(make_celery(house))
