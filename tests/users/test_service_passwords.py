import pytest
from werkzeug.security import generate_password_hash

from commonplace.core.errors import Invalid
from commonplace.mail.models import Mail
from commonplace.users.models import ApiToken, Device
from commonplace.users.passwords import is_outdated, is_password
from commonplace.users.service_devices import create_device
from commonplace.users.service_passwords import change_password, request_reset, reset_password, upgrade_hash
from commonplace.users.service_tokens import create_token
from tests.factories import PASSWORD, make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def devices(session, anna):
    create_token(session, anna, label="backup", scopes=["read"], expires_on=None)
    return [
        create_device(session, user, agent="", address="", is_remembered=False)[0]
        for user in (anna, anna, make_user(session, "berta"))
    ]


def test_a_change_ends_all_other_devices_and_all_tokens(session, house, anna, devices):
    change_password(session, house, anna, "another sentence", device=devices[0])
    assert is_password("another sentence", anna.password)
    assert set(session.query(Device.id)) == {(devices[0].id,), (devices[2].id,)}
    assert session.query(ApiToken).count() == 0
    assert session.query(Mail).one().recipient == "anna@example.org"


def test_a_reset_ends_every_device_and_proves_the_address(session, house, anna, devices):
    reset_password(session, house, anna, "another sentence")
    assert set(session.query(Device.id)) == {(devices[2].id,)}
    assert anna.email_verified_on is not None


def test_a_password_that_is_refused_changes_nothing(session, house, anna, devices):
    with pytest.raises(Invalid):
        change_password(session, house, anna, "anna@example.org", device=devices[0])
    assert is_password(PASSWORD, anna.password)
    assert session.query(Device).count() == 3


@pytest.mark.parametrize(("email", "mails"), [("ANNA@example.org", 1), ("other@example.org", 0), ("anna", 0)])
def test_a_reset_is_mailed_to_the_address_of_an_account_alone(session, house, anna, email, mails):
    request_reset(session, house, email)
    assert session.query(Mail).filter_by(recipient="anna@example.org").count() == mails
    assert session.query(Mail).count() == mails


def test_an_older_hash_is_made_anew(session, anna):
    anna._password = generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")
    upgrade_hash(session, anna, PASSWORD)
    renewed = anna.password
    assert is_password(PASSWORD, renewed)
    assert not is_outdated(renewed)
    upgrade_hash(session, anna, PASSWORD)
    assert anna.password == renewed
