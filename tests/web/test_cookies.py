import re
from contextlib import contextmanager

import pytest

from tests.doors import csrf_token, sign_in
from tests.factories import make_user
from tests.sites import site

OLD, NEW = "an-old-key-zyxwvutsrqponmlkj-13579", "a-new-key-qwertzuiopasdfghj-24680"


@pytest.fixture
def ada(session):
    ada = make_user(session, "ada")
    session.commit()
    return ada


@contextmanager
def site_of_ada(data_dir, key):
    with site(data_dir, secret_keys=key) as app:
        with app.extensions["commonplace"].database.writing() as session:
            ada = make_user(session, "ada")
        yield app, ada


def cookies_of(response):
    return response.headers.getlist("Set-Cookie")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    (cookie,) = cookies_of(client.get("/users/login"))
    assert re.fullmatch(r"commonplace=[\w.-]+; HttpOnly; Path=/; SameSite=Lax", cookie)


def test_the_cookie_of_a_site_reached_by_https_goes_nowhere_else(tmp_path):
    with site(tmp_path, site_url="https://commonplace.example") as app:
        (cookie,) = cookies_of(app.test_client().get("/users/login"))
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie


def test_a_page_that_needs_none_sets_none(client):
    assert cookies_of(client.get("/")) == []


@pytest.mark.parametrize("path", ["/v1/users/me", "/v1/snaps", "/v1/openapi.json", "/v1/nowhere", ""])
def test_the_api_neither_reads_nor_sets_it(client, ada, path):
    sign_in(client, ada)
    assert client.get("/users/settings").status_code == 200
    response = client.get(f"/api{path}")
    assert cookies_of(response) == []
    assert "Cookie" not in response.headers.get("Vary", "")
    if path.endswith("/me"):
        assert response.status_code == 401


def test_the_apis_documentation_is_a_page_like_any_other(client, ada):
    sign_in(client, ada)
    page = client.get("/api/v1/docs")
    assert (page.status_code, ">ada<" in page.text, "Sign out" in page.text) == (200, True, True)


def test_a_site_below_a_path_keeps_its_cookie_there(client):
    (cookie,) = cookies_of(client.get("/users/login", base_url="http://localhost/x"))
    assert "; Path=/x;" in cookie


def test_a_cookie_signed_with_the_older_key_still_opens_and_one_with_a_lost_key_does_not(tmp_path):
    with site_of_ada(tmp_path, OLD) as (app, ada):
        client = app.test_client()
        sign_in(client, ada)
        cookie = client.get_cookie("commonplace").value
    with site(tmp_path, secret_keys=f"{NEW},{OLD}") as app:
        assert page_with(app, cookie).status_code == 200
    with site(tmp_path, secret_keys=NEW) as app:
        assert page_with(app, cookie).status_code == 302


def test_a_form_that_was_open_while_a_key_was_added_asks_to_be_loaded_again(tmp_path):
    with site_of_ada(tmp_path, OLD) as (app, _ada):
        client = app.test_client()
        token, cookie = csrf_token(client, "/users/login"), client.get_cookie("commonplace").value
    with site(tmp_path, secret_keys=f"{NEW},{OLD}") as app:
        client = app.test_client()
        client.set_cookie("commonplace", cookie)
        refused = client.post("/users/login", data={"csrf_token": token, "username": "ada", "password": "x"})
        assert (refused.status_code, "Load its page again" in refused.text) == (400, True)
        again = csrf_token(client, "/users/login")
        assert client.post("/users/login", data={"csrf_token": again, "username": "ada"}).status_code == 200


def page_with(app, cookie):
    client = app.test_client()
    client.set_cookie("commonplace", cookie)
    return client.get("/users/settings")
