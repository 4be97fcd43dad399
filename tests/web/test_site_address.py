import pytest

from tests.factories import make_snap, make_user
from tests.sites import site

EVIL = {"base_url": "http://evil.example"}


def snap_of(app):
    with app.extensions["commonplace"].database.writing() as session:
        return make_snap(session, make_user(session, "ada")).hash_key


def test_no_visitor_makes_links_lead_away_from_a_site_that_has_an_address(tmp_path):
    with site(tmp_path, site_url="https://book.example") as app:
        key, client = snap_of(app), app.test_client()
        read = client.get(f"/api/v1/snaps/{key}", **EVIL).json
        assert read["url"] == f"https://book.example/snaps/{key}"
        assert read["raw_url"] == f"https://book.example/snaps/{key}/raw"
        assert "evil" not in client.get("/snaps/newest.atom", **EVIL).text
        assert client.get("/snaps", **EVIL).location == "https://book.example/snaps/"


@pytest.mark.parametrize("given", [{}, {"site_url": "http://127.0.0.1:5000"}])
def test_on_ones_own_machine_links_lead_where_one_came_from(tmp_path, given):
    with site(tmp_path, **given) as app:
        key = snap_of(app)
        for origin in ("http://localhost:5117", "http://192.168.1.5:5000"):
            read = app.test_client().get(f"/api/v1/snaps/{key}", base_url=origin).json
            assert read["url"] == f"{origin}/snaps/{key}"


@pytest.mark.parametrize("asked", ["/x/y", ""])
def test_a_site_below_a_path_is_served_there_whether_or_not_a_proxy_takes_it_off(tmp_path, asked):
    with site(tmp_path, site_url="https://book.example/x/y") as app:
        key, client = snap_of(app), app.test_client()
        page = client.get(f"{asked}/snaps/{key}")
        assert page.status_code == 200
        assert f'href="/x/y/snaps/{key}/raw"' in page.text
        read = client.get(f"{asked}/api/v1/snaps/{key}")
        assert read.json["url"] == f"https://book.example/x/y/snaps/{key}"
        assert client.get(f"{asked}/users/settings").location.startswith("/x/y/users/login")
        assert client.get(f"{asked}/healthz").status_code == 200


def test_a_path_that_a_proxy_took_off_and_told_of_is_not_taken_off_again(tmp_path):
    with site(tmp_path, site_url="https://book.example/snaps", trusted_proxies=1) as app:
        key = snap_of(app)
        told = {"X-Forwarded-Prefix": "/snaps", "X-Forwarded-Host": "book.example"}
        assert app.test_client().get(f"/snaps/{key}", headers=told).status_code == 200
        assert app.test_client().get(f"/snaps/snaps/{key}").status_code == 200


def test_only_a_chosen_https_address_is_insisted_on(tmp_path):
    for name, given, insists in (
        ("a", {"site_url": "https://book.example"}, True),
        ("b", {"site_url": "http://book.example"}, False),
        ("c", {}, False),
    ):
        with site(tmp_path / name, **given) as app:
            assert ("Strict-Transport-Security" in app.test_client().get("/healthz").headers) == insists
