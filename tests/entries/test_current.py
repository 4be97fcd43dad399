import pytest

from commonplace.app import create_app
from commonplace.config import Settings
from commonplace.core.errors import NotFound
from commonplace.entries.current import kinds, wanted_kinds


def test_a_site_offers_the_kinds_that_its_settings_name(app, tmp_path):
    with app.app_context():
        offered = set(kinds())
    assert "snap" in offered
    alone = create_app(Settings.read(data_dir=tmp_path / "alone", kinds="snaps"))
    with alone.app_context():
        assert set(kinds()) == {"snap"}


def test_an_address_asks_for_all_kinds_or_one_that_there_is(app):
    for address in ("/", "/?kind="):
        with app.test_request_context(address):
            assert wanted_kinds() == kinds()
    with app.test_request_context("/?kind=snap"):
        assert wanted_kinds() == {"snap": kinds()["snap"]}
    with app.test_request_context("/?kind=snaps"), pytest.raises(NotFound):
        wanted_kinds()
