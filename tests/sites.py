"""Whole sites with settings of their own, for tests that need other than the plain one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from commonplace.app import create_app
from commonplace.config import Settings
from commonplace.operations.migrations import upgrade


@contextmanager
def site(data_dir: Path, **given: Any) -> Iterator[Flask]:
    """Yield the application of a site with those settings, its tables made."""
    app = create_app(Settings.read(data_dir=data_dir, **given))
    house = app.extensions["commonplace"]
    upgrade(house)
    yield app
    house.database.dispose()
