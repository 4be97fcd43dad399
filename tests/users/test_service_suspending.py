import pytest

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.users.events import user_suspended, user_unsuspended
from commonplace.users.models import ApiToken, Device
from commonplace.users.service_devices import create_device
from commonplace.users.service_suspending import suspend_user, unsuspend_user
from commonplace.users.service_tokens import create_token
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def heard():
    """What was announced, with the state in which a subscriber finds the user and their devices."""
    told = []

    def hear_suspended(session, user):
        told.append(("suspended", user.username, user.is_present, session.query(Device).count()))

    def hear_unsuspended(session, user):
        told.append(("unsuspended", user.username, user.is_present, session.query(Device).count()))

    with user_suspended.connected_to(hear_suspended), user_unsuspended.connected_to(hear_unsuspended):
        yield told


def test_suspending_signs_out_everywhere_revokes_tokens_and_tells_the_user(session, house, anna, heard):
    other = make_user(session, "other")
    for user in (anna, other):
        create_device(session, user, agent="", address="", is_remembered=True)
        create_token(session, user, label="backup", scopes=["read"], expires_on=None)
    assert suspend_user(session, house, anna)
    assert anna.suspended_on <= clock.now()
    assert [device.user_id for device in session.query(Device)] == [other.id]
    assert [token.user_id for token in session.query(ApiToken)] == [other.id]
    assert heard == [("suspended", "anna", False, 1)]
    mail = session.query(Mail).one()
    assert mail.recipient == "anna@example.org"
    assert "suspended" in mail.subject


def test_suspending_twice_is_done_once(session, house, anna, heard):
    assert suspend_user(session, house, anna)
    moment = anna.suspended_on
    assert not suspend_user(session, house, anna)
    assert anna.suspended_on == moment
    assert session.query(Mail).count() == len(heard) == 1


def test_who_looked_before_another_was_faster_does_not_do_it_again(house, session, anna):
    session.commit()
    with house.database.session(writes=False) as late:
        looked = late.get(type(anna), anna.id)
        assert looked.suspended_on is None
        late.rollback()
        with house.database.writing() as first:
            assert suspend_user(first, house, first.get(type(anna), anna.id))
        assert not suspend_user(late, house, looked)


def test_unsuspending_lets_in_again_once(session, house, anna, heard):
    assert not unsuspend_user(session, house, anna)
    suspend_user(session, house, anna)
    assert unsuspend_user(session, house, anna)
    assert (anna.suspended_on, anna.is_present) == (None, True)
    assert not unsuspend_user(session, house, anna)
    assert [what for what, *_rest in heard] == ["suspended", "unsuspended"]
    assert [mail.subject.split(": ")[1] for mail in session.query(Mail).order_by(Mail.id)] == [
        "Your account is suspended",
        "Your account is open again",
    ]
