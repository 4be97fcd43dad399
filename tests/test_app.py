import re

import pytest

from commonplace.app import create_app
from commonplace.config import Settings, SettingsError
from commonplace.users.queries_access import list_devices
from tests.doors import csrf_token
from tests.factories import PASSWORD, make_snap, make_user
from tests.sites import site

BELOW = {"base_url": "https://commonplace.example/x"}


@pytest.fixture
def key(session):
    key = make_snap(session, make_user(session, "ada")).hash_key
    session.commit()
    return key


def test_a_wrong_setting_stops_it(tmp_path):
    with pytest.raises(SettingsError, match=r"^COMMONPLACE_KINDS is wrong"):
        create_app(Settings.read(data_dir=tmp_path, kinds="poems"))


def test_one_kind_alone_is_a_site(tmp_path):
    with site(tmp_path, kinds="snaps") as app:
        assert [app.test_client().get(path).status_code for path in ("/", "/snaps/", "/api/v1/snaps")] == [200] * 3
        assert list(app.extensions["kinds"]) == ["snap"]


def test_two_sites_in_one_process_do_not_know_each_other(tmp_path):
    with site(tmp_path / "a", site_name="First") as first, site(tmp_path / "b", site_name="Second") as second:
        with first.extensions["commonplace"].database.writing() as session:
            make_user(session, "ada")
        assert first.test_client().get("/@ada").status_code == 200
        assert second.test_client().get("/@ada").status_code == 404
        assert "First" in first.test_client().get("/").text
        assert "First" not in second.test_client().get("/").text


@pytest.mark.parametrize(
    ("url", "status"),
    [("http://127.0.0.1:5000", 200), ("http://localhost", 200), ("https://commonplace.example", 404)],
)
def test_the_style_guide_is_shown_only_where_somebody_develops(tmp_path, url, status):
    with site(tmp_path, site_url=url) as app:
        for path in ("/styleguide/", "/styleguide/error/404"):
            assert app.test_client().get(path).status_code == status


def test_the_style_guide_has_no_error_page_of_an_unknown_number(client):
    assert client.get("/styleguide/error/999").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/explore", "/snaps/", "/@ada", "/snaps/{}", "/users/login", "/nowhere", "/api/v1/docs"]
)
def test_a_site_below_a_path_links_to_nothing_above_it(client, key, path):
    page = client.get(path.format(key), **BELOW).text
    links = re.findall(r' (?:href|src|action)="([^"#]+)"', page)
    assert len(links) > 5
    assert [link for link in links if not link.startswith(("/x/", "https://commonplace.example/x/"))] == []


def test_a_site_below_a_path_serves_its_own_assets(client, key):
    page = client.get("/", **BELOW).text
    for asset in re.findall(r'"/x(/assets/[^"]+)"', page):
        assert client.get(asset, **BELOW).headers["Cache-Control"].endswith("immutable")


def test_a_site_below_a_path_redirects_and_answers_there(client, session, key):
    assert client.get("/users/settings", **BELOW).location == "/x/users/login?next=/x/users/settings"
    assert client.get("/snaps", **BELOW).location == "https://commonplace.example/x/snaps/"
    read = client.get(f"/api/v1/snaps/{key}", **BELOW).json
    assert read["url"] == f"https://commonplace.example/x/snaps/{key}"
    shared = client.post("/api/v1/snaps", json={"content": "x"}, auth=("ada", PASSWORD), **BELOW)
    assert shared.location == f"/x/api/v1/snaps/{shared.json['hash_key']}"


FORWARDED = {
    "X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3",
    "X-Forwarded-Proto": "http, https, http",
    "X-Forwarded-Host": "a.example, b.example, c.example",
    "X-Forwarded-Prefix": "/a, /b, /c",
}
BELIEVED = {
    0: ("http://localhost", "", "127.0.0.1"),
    1: ("http://c.example", "/c", "203.0.113.3"),
    2: ("https://b.example", "/b", "203.0.113.2"),
    4: ("http://localhost", "", "127.0.0.1"),
}


@pytest.mark.parametrize("hops", BELIEVED)
def test_proxies_are_believed_for_so_many_hops_and_no_more(tmp_path, hops):
    origin, prefix, address = BELIEVED[hops]
    with site(tmp_path, trusted_proxies=hops) as app:
        with app.extensions["commonplace"].database.writing() as session:
            ada = make_user(session, "ada")
            key = make_snap(session, ada).hash_key
        client = app.test_client()
        read = client.get(f"/api/v1/snaps/{key}", headers=FORWARDED)
        assert read.json["url"] == f"{origin}{prefix}/snaps/{key}"
        assert client.get("/users/settings", headers=FORWARDED).location.startswith(f"{prefix}/users/login")
        token = csrf_token(client, "/users/login")
        data = {"csrf_token": token, "username": "ada", "password": PASSWORD}
        assert client.post("/users/login", data=data, headers=FORWARDED).status_code == 302
        with app.extensions["commonplace"].database.reading() as session:
            assert [device.address for device in list_devices(session, ada)] == [address]


def test_two_callers_of_one_address_have_limits_of_their_own(client, session):
    left = []
    for name in ("ada", "bob"):
        make_user(session, name)
        session.commit()
        response = client.post("/api/v1/snaps", json={"content": "x"}, auth=(name, PASSWORD))
        left.append(response.headers["RateLimit-Remaining"])
    assert left == ["2999", "2999"]
