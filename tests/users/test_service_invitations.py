from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import Forbidden, Invalid
from commonplace.users.models import Invitation
from commonplace.users.service import sign_up
from commonplace.users.service_invitations import (
    create_invitation,
    delete_ended_invitations,
    revoke_invitation,
    use_invitation,
)
from tests.factories import make_user


@pytest.fixture
def owner(session):
    return make_user(session, "owner-1", role="owner")


def invite(session, user, note="", max_uses=1, expires_on=None):
    return create_invitation(session, user, note=note, max_uses=max_uses, expires_on=expires_on)


def test_an_invitation_lets_in_as_many_as_it_says(session, owner):
    invitation = invite(session, owner, " for\nthe class ", max_uses=2)
    assert invitation.note == "for the class"
    use_invitation(session, invitation.code)
    use_invitation(session, invitation.code)
    with pytest.raises(Forbidden):
        use_invitation(session, invitation.code)
    session.refresh(invitation)
    assert invitation.uses == 2


def test_members_invite_nobody(session, owner):
    with pytest.raises(Forbidden):
        invite(session, make_user(session, "anna"))
    assert invite(session, make_user(session, "mod", role="moderator")).uses == 0


@pytest.mark.parametrize(
    "wrong", [{"max_uses": 0}, {"max_uses": 501}, {"note": "x" * 201}, {"expires_on": clock.now() - timedelta(days=1)}]
)
def test_what_is_wrong_is_refused_by_its_field(session, owner, wrong):
    with pytest.raises(Invalid) as refused:
        invite(session, owner, **wrong)
    assert set(refused.value.fields) == set(wrong)


def test_revoked_expired_and_unknown_ones_let_nobody_in(session, owner):
    revoked, expired = invite(session, owner), invite(session, owner)
    revoke_invitation(session, revoked)
    revoked_on = revoked.revoked_on
    revoke_invitation(session, revoked)
    assert revoked.revoked_on == revoked_on
    expired.expires_on = clock.now()
    session.flush()
    for code in (revoked.code, expired.code, "unknown", "", "a\x00b"):
        with pytest.raises(Forbidden):
            use_invitation(session, code)


def test_one_place_is_not_taken_by_several_at_once(session, house, owner):
    code = invite(session, owner, max_uses=3).code
    session.commit()
    object.__setattr__(house, "settings", house.settings.model_copy(update={"signup": "invite"}))

    def come_in(number):
        try:
            with house.database.writing() as own:
                name, email = f"name-{number}", f"{number}@example.org"
                sign_up(own, house, username=name, email=email, password="a long sentence", invitation=code)
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come_in, range(8))) == 3
    session.expire_all()
    assert session.query(Invitation).one().uses == 3


def test_what_ended_is_kept_a_quarter_of_a_year(session, owner):
    long_ago = clock.now() - timedelta(days=91)
    kept, expired, revoked = (invite(session, owner) for _ in range(3))
    kept.expires_on = clock.now() - timedelta(days=89)
    expired.expires_on = revoked.revoked_on = long_ago
    session.flush()
    delete_ended_invitations(session)
    assert [row.id for row in session.query(Invitation)] == [kept.id]
