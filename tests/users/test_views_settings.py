import re
from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.users.models import Device, User
from tests.doors import send, sign_in
from tests.factories import PASSWORD, make_user

PAGES = ("", "/profile", "/username", "/email", "/password", "/sessions", "/tokens", "/delete")


@pytest.fixture
def anna(session):
    make_user(session, "owner-1", role="owner")
    user = make_user(session, "anna")
    session.commit()
    return user


@pytest.fixture
def as_anna(client, anna):
    sign_in(client, anna)
    return client


@pytest.fixture
def now(house):
    """Return what is stored of a user at this moment."""

    def read(user):
        with house.database.reading() as session:
            return session.get(User, user.id)

    return read


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_title_and_the_way_to_all_others(as_anna, page):
    response = as_anna.get(f"/users/settings{page}")
    assert response.status_code == 200
    title = re.search(r"<title>(.+) · Commonplace</title>", response.text)[1]
    assert f"<h1>{title}</h1>" in response.text
    for other in PAGES[1:]:
        assert f'href="/users/settings{other}"' in response.text
    assert response.text.count('aria-current="page"') == (1 if page else 0)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_settings_is_for_visitors(client, page):
    assert client.get(f"/users/settings{page}").headers["Location"].startswith("/users/login")


@pytest.mark.parametrize("page", ["/username", "/email", "/tokens", "/delete"])
def test_what_matters_is_asked_for_the_password(as_anna, page):
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert as_anna.get(f"/users/settings{page}").headers["Location"].startswith("/users/confirm")


def test_a_profile_is_saved(as_anna, anna, now):
    assert send(as_anna, "/users/settings/profile", about="I *knit*.\r\nAnd code.").status_code == 302
    assert now(anna).about == "I *knit*.\nAnd code."
    page = send(as_anna, "/users/settings/profile", about="x" * 2001)
    assert (page.status_code, "2000 characters" in page.text) == (200, True)


def test_a_name_changes_and_the_old_one_leads_to_it(as_anna, anna, now):
    assert send(as_anna, "/users/settings/username", username="Hanna").status_code == 302
    assert now(anna).username == "Hanna"
    for old in ("/@anna", "/@Anna", "/@hanna"):
        response = as_anna.get(old)
        assert (response.status_code, response.headers["Location"]) == (301, "/@Hanna")


def test_a_name_that_is_taken_leaves_the_present_one(as_anna, anna, now):
    page = send(as_anna, "/users/settings/username", username="OWNER-1")
    assert (page.status_code, "taken" in page.text) == (200, True)
    assert now(anna).username == "anna"


def test_an_address_changes_and_may_be_verified_again(as_anna, session, anna, now):
    assert send(as_anna, "/users/settings/email", email="new@example.org").status_code == 302
    assert now(anna).email == "new@example.org"
    assert "not confirmed" in as_anna.get("/users/settings/email").text
    assert send(as_anna, "/users/settings/email/verify", at="/users/settings/email").status_code == 302
    assert [mail.recipient for mail in session.query(Mail).order_by(Mail.id)] == [
        "anna@example.org",
        "new@example.org",
        "new@example.org",
    ]


def test_a_password_changes_for_who_knows_the_present_one(as_anna, app, session, anna):
    elsewhere = app.test_client()
    sign_in(elsewhere, anna)
    values = {"present_password": "wrong", "password": "another long sentence"}
    page = send(as_anna, "/users/settings/password", **values)
    assert re.search(r'id="present_password-error">This is not your password', page.text)
    assert elsewhere.get("/users/settings").status_code == 200
    values["present_password"] = PASSWORD
    assert send(as_anna, "/users/settings/password", **values).status_code == 302
    assert as_anna.get("/users/settings").status_code == 200
    assert elsewhere.get("/users/settings").status_code == 302
    sign_in(elsewhere, anna, password="another long sentence")


def test_password_managers_find_the_page(as_anna):
    assert as_anna.get("/.well-known/change-password").headers["Location"] == "/users/settings/password"


def test_deleting_an_account_hides_it_at_once(as_anna, app, session, anna, now):
    assert as_anna.get("/@anna").status_code == 200
    assert send(as_anna, "/users/settings/delete").status_code == 302
    assert session.query(Device).count() == 0
    assert now(anna).closed_on is not None
    assert as_anna.get("/users/settings").status_code == 302
    assert app.test_client().get("/@anna").status_code == 404
    assert app.test_client().get("/api/v1/users/by-name/anna").status_code == 404


def test_the_only_owner_cannot_delete_the_account(client, session, now):
    owner = make_user(session, "anna", role="owner")
    session.commit()
    sign_in(client, owner)
    page = send(client, "/users/settings/delete")
    assert (page.status_code, "make somebody else owner first" in page.text) == (200, True)
    assert client.get("/users/settings").status_code == 200
    assert now(owner).closed_on is None
