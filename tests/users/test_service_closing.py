import pytest

from commonplace.core.errors import Conflict
from commonplace.mail.models import Mail
from commonplace.users.events import user_purged
from commonplace.users.models import ApiToken, Block, Device, Follow, Invitation, RetiredUsername, User
from commonplace.users.service_closing import close_account, purge_account, reopen_account
from commonplace.users.service_devices import create_device
from commonplace.users.service_follows import block_user, follow_user
from commonplace.users.service_invitations import create_invitation
from commonplace.users.service_tokens import create_token
from tests.factories import make_user


@pytest.fixture
def owner(session):
    return make_user(session, "owner-1", role="owner")


@pytest.fixture
def anna(session, owner):
    return make_user(session, "anna", role="moderator")


@pytest.fixture
def belongings(session, anna, owner):
    create_device(session, anna, agent="", address="", is_remembered=False)
    create_token(session, anna, label="backup", scopes=["read"], expires_on=None)
    create_invitation(session, anna, note="", max_uses=1, expires_on=None)
    follow_user(session, anna, owner)
    block_user(session, owner, make_user(session, "blocked"))
    block_user(session, make_user(session, "annoyed"), anna)


def test_closing_signs_out_everywhere_and_reopening_brings_the_account_back(session, house, anna, belongings):
    close_account(session, house, anna)
    assert anna.closed_on is not None
    assert session.query(Device).count() == session.query(ApiToken).count() == 0
    assert session.query(Mail).one().recipient == "anna@example.org"
    reopen_account(session, anna)
    assert (anna.closed_on, anna.purged_on) == (None, None)


def test_the_only_owner_cannot_leave(session, house, owner):
    with pytest.raises(Conflict):
        close_account(session, house, owner)
    make_user(session, "owner-2", role="owner")
    close_account(session, house, owner)
    assert owner.closed_on is not None


def test_a_purge_leaves_nothing_but_the_name(session, anna, belongings):
    purge_account(session, anna)
    session.expire_all()
    for model in (Device, ApiToken, Invitation, Follow):
        assert session.query(model).count() == 0, model
    assert session.query(Block).count() == 1
    assert session.query(User).filter_by(username="anna").count() == 0
    assert [(row.folded, row.user_id) for row in session.query(RetiredUsername)] == [("anna", None)]


def test_a_purge_is_announced_while_the_user_is_still_there(session, anna):
    heard = []

    def hear(session, user):
        heard.append((user.username, session.get(User, user.id) is user))

    with user_purged.connected_to(hear):
        purge_account(session, anna)
    assert heard == [("anna", True)]


def test_the_number_of_who_left_is_not_given_again(session, house, anna):
    number = anna.id
    purge_account(session, anna)
    assert make_user(session).id > number
