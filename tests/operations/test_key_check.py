import pytest

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.operations.key_check import LOST, find_lost_keys, keep_keys, note_keys
from commonplace.operations.models import KeyCheck
from tests.commands import begin, finish

FIRST, SECOND = "a-strong-key-qwertzuiopasdfghj-24680", "another-strong-key-yxcvbnmlkjh-13579"


@pytest.fixture
def with_keys(settings):
    """Return the house of the test's database with other keys."""
    opened = []

    def build(*keys):
        given = Settings.read(
            data_dir=settings.data_dir, database_url=settings.database_url, secret_keys=",".join(keys)
        )
        opened.append(House.build(given))
        return opened[-1]

    yield build
    for house in opened:
        house.database.dispose()


def test_keys_are_known_again_while_the_ring_is_renewed(with_keys, caplog):
    for ring in ((FIRST,), (SECOND, FIRST), (SECOND,)):
        house = with_keys(*ring)
        note_keys(house)
        assert find_lost_keys(house) is None
    assert caplog.records == []


def test_other_keys_are_logged_at_every_start_until_they_are_kept(with_keys, caplog):
    note_keys(with_keys(FIRST))
    house = with_keys(SECOND)
    for _ in range(2):
        note_keys(house)
        assert caplog.messages.pop() == LOST
        caplog.clear()
    assert find_lost_keys(house) == LOST
    assert find_lost_keys(with_keys(FIRST)) is None
    keep_keys(house)
    note_keys(house)
    assert (find_lost_keys(house), caplog.messages) == (None, [])


def test_a_start_says_it_and_goes_on(tmp_path):
    assert finish(begin(tmp_path, "init-db"))[2] == b""
    (tmp_path / "secret_keys").unlink()
    status, _, err = finish(begin(tmp_path, "init-db"))
    assert status == 0
    assert b"not those that this database was used with" in err


def test_it_is_one_row(with_keys, session):
    for _ in range(2):
        note_keys(with_keys(FIRST))
    assert session.query(KeyCheck).count() == 1
