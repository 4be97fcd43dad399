"""A look at the whole site: what is in order, and what to do about the rest."""

import shutil
from collections.abc import Callable, Iterator

import click

from commonplace.config import SettingsError, list_unknown_variables
from commonplace.core.house import House
from commonplace.core.ids import EPOCH
from commonplace.jobs.queries import list_stale_queues
from commonplace.jobs.readiness import readiness_checks
from commonplace.operations import key_check, migrations
from commonplace.registry import choose_kinds
from commonplace.terminal.commands import FAILED, with_house
from commonplace.terminal.printing import as_text

LOW_ON_SPACE = 500 * 1024 * 1024
PROBE = "doctor/probe"
Check = Callable[[], str | None]
Finding = tuple[str, str | None]


@click.command()
@click.option("--keep-keys", is_flag=True, help="First take the present secret keys for good: the former are lost.")
@with_house
def doctor(house: House, keep_keys: bool) -> None:
    """Look whether everything is in order; exit with 1 where something is not."""
    if keep_keys:
        key_check.keep_keys(house)
    findings = list(_examine(house))
    for part, fault in findings:
        click.echo(f"{'ok     ' if fault is None else 'FAILING'} {part}{'' if fault is None else ': ' + fault}")
    if any(fault is not None for _part, fault in findings):
        raise SystemExit(FAILED)


def _examine(house: House) -> Iterator[Finding]:
    checks: dict[str, Check] = {
        **readiness_checks(house),
        "storage": lambda: _try_storage(house),  # a site that serves asks less of these two
        "jobs": lambda: _idle_queues(house),
        "settings": lambda: _wrong_settings(house),
        "tables": lambda: _outdated_tables(house),
        "secret keys": lambda: _open_to_others(house) or key_check.find_lost_keys(house),
        "space": lambda: _low_space(house),
    }
    for part, check in checks.items():
        yield part, _outcome(check)


def _outcome(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever a part raises is what is the matter with it
        return as_text(f"{type(error).__name__}: {error}".splitlines()[0])


def _try_storage(house: House) -> None:
    house.storage.put(PROBE, b"kept")
    house.storage.delete(PROBE)


def _idle_queues(house: House) -> str | None:
    with house.database.reading() as session:
        queues = list_stale_queues(session, EPOCH)
    return f"no worker serves {' and '.join(queues)}: start `commonplace run`, or a worker" if queues else None


def _wrong_settings(house: House) -> str | None:
    unknown = list_unknown_variables()
    if unknown:
        return f"no such setting: {', '.join(unknown)}"
    try:
        choose_kinds(house.settings.kinds)
    except SettingsError as error:
        return str(error)
    return None


def _outdated_tables(house: House) -> str | None:
    present, newest = migrations.find_revision(house), migrations.newest_revision()
    if not migrations.is_known(present):
        return f"at {present}, which this version does not know: install the newer one that made them"
    return None if present == newest else f"at {present}, not at {newest}: run `commonplace db upgrade`"


def _open_to_others(house: House) -> str | None:
    file = house.settings.data_dir / "secret_keys"
    if file.exists() and file.stat().st_mode & 0o077:
        return f"others on this machine can read {file}: run `chmod 600 {file}`"
    return None


def _low_space(house: House) -> str | None:
    free = shutil.disk_usage(house.settings.data_dir).free
    return f"only {free // 1024 // 1024} MiB are free in {house.settings.data_dir}" if free < LOW_ON_SPACE else None
