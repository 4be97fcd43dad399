"""A house of its own for every test that asks for one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import kombu.pools
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from commonplace.app import create_app
from commonplace.config import Settings
from commonplace.core.house import House
from tests.databases import migrated_database
from tests.shortcuts import KEPT_TEMPLATES, take_shortcuts

WAITING = 2
"""How many more tests than processors run at once: a good part of them wait, for a browser, a server or a process."""
CORPUS = Path(__file__).parents[2] / "shared" / "data"


take_shortcuts()
hypothesis.settings.register_profile("no deadline", deadline=None)  # timings are measured, never asserted
hypothesis.settings.load_profile("no deadline")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return (os.cpu_count() or 1) + WAITING


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.scheduling import SharingScheduling  # noqa: PLC0415 - the plugin may be switched off

    return SharingScheduling(config, log)


@pytest.fixture
def corpus() -> Path:
    """Return the folder of real input by others."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real input is not beside this clone")
    return CORPUS


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings.read(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """Return a database with all tables: SQLite, or PostgreSQL where TEST_DATABASE=postgresql."""
    with migrated_database(os.environ.get("TEST_DATABASE", "sqlite"), tmp_path) as url:
        yield url


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = KEPT_TEMPLATES
    house = app.extensions["commonplace"]
    yield app
    house.database.dispose()
    kombu.pools.reset()


@pytest.fixture
def house(app: Flask) -> House:
    return app.extensions["commonplace"]


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    """A session to make and read rows with; commit before a request shall see them."""
    with house.database.session(writes=False) as session:
        yield session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser of this machine, without a word to the outside."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium: it is one of Debian's packages")
        pytest.skip("there is no Chromium on this machine")
    quiet = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"]
    options = ["no-sandbox", "disable-gpu", "disable-quic", *quiet]
    return {"executable_path": chromium, "args": [f"--{option}" for option in options]}
