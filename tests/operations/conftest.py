import os

import pytest
from click.testing import CliRunner

from commonplace.cli import main


@pytest.fixture
def run(settings, monkeypatch, tmp_path):
    """Run a command on the test's own site, with no other settings than that, in a folder of its own."""
    for name in [name for name in os.environ if name.startswith("COMMONPLACE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMMONPLACE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("COMMONPLACE_DATABASE_URL", settings.database_url)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, given=None: CliRunner().invoke(main, arguments, input=given)
