from concurrent.futures import ThreadPoolExecutor

import pytest

from commonplace.core.errors import CommonplaceError, Conflict, Forbidden, Invalid
from commonplace.mail.models import Mail
from commonplace.users import service
from commonplace.users.models import RetiredUsername, User
from commonplace.users.passwords import is_password
from commonplace.users.queries import get_user_by_name
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna", role="owner")


def sign_up(session, house, username="berta", **values):
    given = {"email": f"{username}@example.org", "password": "a long sentence"} | values
    return service.sign_up(session, house, username=username, **given)


def recipients(session):
    return [mail.recipient for mail in session.query(Mail).order_by(Mail.id)]


def test_the_first_account_owns_the_site_and_the_next_does_not(session, house):
    assert [sign_up(session, house, name).role for name in ("anna", "berta")] == ["owner", "member"]


def test_an_account_is_kept_as_given_and_its_password_hashed(session, house):
    user = sign_up(session, house, " \uff22erta ", email=" Berta@Example.ORG ")
    assert (user.username, user.folded, user.email) == ("Berta", "berta", "Berta@example.org")
    assert user.email_verified_on is None
    assert is_password("a long sentence", user.password)
    assert recipients(session) == ["Berta@example.org"]


def test_all_that_is_wrong_is_told_at_once(session, house):
    with pytest.raises(Invalid) as refused:
        sign_up(session, house, "x", email="nowhere", password="short")
    assert set(refused.value.fields) == {"username", "email", "password"}


@pytest.mark.parametrize("username", ["Anna", "\uff41nna", "\u0410NNA", "anna"])
def test_a_taken_name_or_a_like_of_it_is_refused(session, house, anna, username):
    with pytest.raises(CommonplaceError) as refused:
        sign_up(session, house, username, email="new@example.org")
    assert set(refused.value.fields) == {"username"}


def test_taken_name_and_address_are_told_together(session, house, anna):
    with pytest.raises(Conflict) as refused:
        sign_up(session, house, "anna", email="ANNA@example.org")
    assert set(refused.value.fields) == {"username", "email"}


def test_an_account_may_be_made_with_a_role(session, house, anna):
    user = service.create_user(
        session, house, username="berta", email="b@example.org", password="a long sentence", role="moderator"
    )
    assert user.role == "moderator"


@pytest.mark.parametrize("same", ["username", "email"])
def test_of_many_who_want_one_name_or_address_at_once_one_gets_it(house, same):
    def try_it(number):
        values = {"username": f"name-{number}", "email": f"{number}@example.org"}
        values[same] = {"username": "wanted", "email": "wanted@example.org"}[same]
        try:
            with house.database.writing() as session:
                return sign_up(session, house, **values).id
        except Conflict as refused:
            assert set(refused.fields) == {same}  # noqa: PT017 - each of several threads has its own
            return None

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(try_it, range(8)))
    assert len([user_id for user_id in ids if user_id]) == 1
    with house.database.reading() as session:
        assert [user.role for user in session.query(User)] == ["owner"]


def test_an_old_name_leads_to_the_new_one_and_is_nobody_elses(session, house, anna):
    service.rename_user(session, anna, "Hanna")
    assert (anna.username, anna.folded) == ("Hanna", "hanna")
    assert get_user_by_name(session, "anna") is anna
    with pytest.raises(Conflict):
        sign_up(session, house, "ANNA", email="new@example.org")
    with pytest.raises(Conflict):
        service.rename_user(session, make_user(session, "berta"), "anna")


def test_its_former_bearer_may_take_a_name_back(session, anna):
    for name in ("Hanna", "anna", "Hanna", "ANNA"):
        service.rename_user(session, anna, name)
    assert anna.username == "ANNA"
    assert [row.folded for row in session.query(RetiredUsername)] == ["hanna"]


def test_a_name_may_change_its_case_and_become_a_like_of_itself(session):
    user = make_user(session, "modern")
    service.rename_user(session, user, "Modern")
    assert session.query(RetiredUsername).count() == 0
    for name in ("modem", "zoe"):
        service.rename_user(session, user, name)
    assert {row.folded for row in session.query(RetiredUsername)} == {"modern", "modem"}


def test_a_new_address_is_unverified_and_the_old_one_is_told(session, house, anna):
    service.verify_email(session, anna)
    assert anna.email_verified_on is not None
    service.change_email(session, house, anna, "new@example.org")
    assert (anna.email, anna.email_folded, anna.email_verified_on) == ("new@example.org", "new@example.org", None)
    assert recipients(session) == ["anna@example.org", "new@example.org"]


def test_the_same_address_again_changes_and_mails_nothing(session, house, anna):
    service.verify_email(session, anna)
    service.change_email(session, house, anna, "anna@example.org")
    assert anna.email_verified_on is not None
    assert recipients(session) == []


def test_an_address_that_is_taken_or_none_is_refused(session, house, anna):
    make_user(session, "berta")
    with pytest.raises(Conflict):
        service.change_email(session, house, anna, "BERTA@example.org")
    with pytest.raises(Invalid):
        service.change_email(session, house, anna, "nowhere")
    assert anna.email == "anna@example.org"


def test_a_profile_is_prose_of_some_length(session, anna):
    service.edit_profile(session, anna, about=" One\r\n\r\ntwo ")
    assert anna.about == "One\n\ntwo"
    with pytest.raises(Invalid):
        service.edit_profile(session, anna, about="x" * 2001)


def test_roles_change_but_the_last_owner_stays(session, anna):
    berta = make_user(session, "berta")
    with pytest.raises(Conflict):
        service.promote_user(session, anna, "member")
    service.promote_user(session, berta, "owner")
    service.promote_user(session, anna, "moderator")
    assert (anna.role, berta.role) == ("moderator", "owner")


@pytest.mark.parametrize(("signup", "word"), [("closed", "no new accounts"), ("invite", "invitation")])
def test_a_site_that_is_not_open_takes_the_first_account_and_no_other(session, house, signup, word):
    object.__setattr__(house, "settings", house.settings.model_copy(update={"signup": signup}))
    assert service.find_obstacle(session, house, "") is None
    assert sign_up(session, house, "anna").role == "owner"
    assert word in (service.find_obstacle(session, house, "") or "")
    with pytest.raises(Forbidden):
        sign_up(session, house, "berta")
    assert session.query(User).count() == 1
