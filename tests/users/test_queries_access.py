from datetime import timedelta

import pytest
from sqlalchemy import event

from commonplace.core import clock
from commonplace.core.errors import Forbidden, NotFound
from commonplace.users import queries_access as queries
from commonplace.users.service_devices import create_device
from commonplace.users.service_invitations import create_invitation, revoke_invitation, use_invitation
from commonplace.users.service_tokens import create_token
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna", role="owner")


@pytest.fixture
def berta(session):
    return make_user(session, "berta")


def make_device(session, user, *, is_remembered=False):
    return create_device(session, user, agent="curl/8", address="127.0.0.1", is_remembered=is_remembered)


def make_token(session, user, expires_on=None):
    return create_token(session, user, label="backup", scopes=["read"], expires_on=expires_on)


def count_statements(session, act):
    statements = []
    connection = session.connection()

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    result = act()
    event.remove(connection, "before_cursor_execute", note)
    return result, len(statements)


def test_a_device_and_its_user_are_found_by_one_query(session, anna):
    device, token = make_device(session, anna)
    session.expunge_all()
    found, statements = count_statements(session, lambda: queries.find_device(session, token))
    assert (found.id, found.user.username, statements) == (device.id, "anna", 1)


@pytest.mark.parametrize("token", ["", "x", "\ud800"])
def test_a_wrong_token_finds_no_device(session, anna, token):
    make_device(session, anna)
    assert queries.find_device(session, token) is None


@pytest.mark.parametrize("absence", ["closed_on", "suspended_on"])
def test_neither_an_idle_device_nor_that_of_an_absent_account_is_found(session, anna, absence):
    device, token = make_device(session, anna)
    device.used_on = clock.now() - timedelta(days=31)
    session.flush()
    assert queries.find_device(session, token) is None
    assert queries.list_devices(session, anna) == []
    device.used_on = clock.now()
    session.flush()
    assert queries.find_device(session, token) is device
    setattr(anna, absence, clock.now())
    session.flush()
    assert queries.find_device(session, token) is None


def test_devices_are_listed_latest_used_first_and_only_ones_own(session, anna, berta):
    (old, _), (new, _), (other, _) = (make_device(session, user) for user in (anna, anna, berta))
    old.used_on = clock.now() - timedelta(days=1)
    session.flush()
    assert queries.list_devices(session, anna) == [new, old]
    with pytest.raises(NotFound):
        queries.get_device(session, anna, other.id)
    with pytest.raises(NotFound):
        queries.get_device(session, anna, 2**70)


def test_a_token_and_its_user_are_found_by_one_query_until_it_expires(session, anna):
    token, secret = make_token(session, anna, clock.now() + timedelta(days=1))
    session.expunge_all()
    found, statements = count_statements(session, lambda: queries.find_api_token(session, secret))
    assert (found.id, found.user.username, found.scope_set, statements) == (token.id, "anna", {"read"}, 1)
    found.expires_on = clock.now()
    session.flush()
    assert queries.find_api_token(session, secret) is None


@pytest.mark.parametrize("absence", ["closed_on", "suspended_on"])
def test_the_token_of_an_absent_account_is_not_found(session, anna, absence):
    _, secret = make_token(session, anna)
    setattr(anna, absence, clock.now())
    session.flush()
    assert queries.find_api_token(session, secret) is None


def test_tokens_are_listed_newest_first_and_only_ones_own(session, anna, berta):
    (old, _), (new, _), (other, _) = (make_token(session, user) for user in (anna, anna, berta))
    assert queries.list_api_tokens(session, anna) == [new, old]
    with pytest.raises(NotFound):
        queries.get_api_token(session, anna, other.id)


def test_an_invitation_is_found_while_it_lets_somebody_in(session, anna):
    invitation = create_invitation(session, anna, note="", max_uses=1, expires_on=None)
    assert queries.find_invitation(session, invitation.code) is invitation
    assert queries.list_invitations(session) == [invitation]
    assert queries.get_invitation(session, invitation.id) is invitation
    revoke_invitation(session, invitation)
    assert queries.find_invitation(session, invitation.code) is None
    for code in ("", "x\x00", "\ud800"):
        assert queries.find_invitation(session, code) is None
    with pytest.raises(NotFound):
        queries.get_invitation(session, invitation.id + 1)


def test_an_invitation_lets_nobody_in_while_who_made_it_is_suspended(session, anna):
    invitation = create_invitation(session, anna, note="", max_uses=2, expires_on=None)
    anna.suspended_on = clock.now()
    session.flush()
    assert queries.find_invitation(session, invitation.code) is None
    with pytest.raises(Forbidden):
        use_invitation(session, invitation.code)
    anna.suspended_on = None
    session.flush()
    use_invitation(session, invitation.code)
    session.refresh(invitation)
    assert invitation.uses == 1
