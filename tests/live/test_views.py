import pytest
from websocket import WebSocketBadStatusException

from commonplace.core import clock
from commonplace.users.models import Device
from commonplace.users.rules_sign_in import TOUCHED_EVERY
from commonplace.web.security import HEADERS
from tests.doors import sign_in
from tests.jobs.workers import wait_until
from tests.live.peers import HANDSHAKE, OpenPage, served

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def status_of(site, cookie="", **options):
    """Return with what status a page is refused."""
    with pytest.raises(WebSocketBadStatusException) as refused:
        OpenPage(site, cookie, **options)
    return refused.value.status_code


def test_a_signed_in_page_is_told_what_is_for_its_user_and_for_its_topics(site, ada, bob, cookie_of):
    with OpenPage(site, cookie_of(ada)) as hers, OpenPage(site, cookie_of(bob)) as his:
        site.say(ada.id, "unread", count=3)
        site.say("shared-by-4999", "new-entry", id=7)
        site.say("shared-by-5000", "new-entry", id=8)
        site.say(bob.id, "unread", count=4)
        assert hers.next_event() == ("unread", {"count": 3})
        assert hers.next_event() == his.next_event() == ("new-entry", {"id": 7})
        assert his.next_event() == ("unread", {"count": 4})


def test_who_is_not_signed_in_is_refused(site, ada, cookie_of):
    assert status_of(site) == 403
    assert status_of(site, "forged") == 403
    assert site.listening == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_the_page_of_another_site_is_refused(site, ada, cookie_of, origin):
    assert status_of(site, cookie_of(ada), origin=origin) == 403
    assert site.listening == 0


def test_behind_a_trusted_proxy_the_address_that_people_type_counts(settings, ada, cookie_of):
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "book.example",
        "X-Forwarded-Prefix": "/shelf",
        "X-Forwarded-For": "203.0.113.9",
    }
    with served(settings, trusted_proxies=1) as site:
        with OpenPage(site, cookie_of(ada), origin="https://book.example", **forwarded) as page:
            site.say(ada.id, "unread", count=1)
            assert page.next_event() == ("unread", {"count": 1})
        assert status_of(site, cookie_of(ada), origin="http://book.example", **forwarded) == 403
        shown = site.get("/", Cookie=f"commonplace={cookie_of(ada)}", **forwarded).text
        assert '<meta name="live" content="/shelf/socket.io/">' in shown


def test_the_address_that_was_chosen_for_the_site_counts_below_a_path_too(settings, ada, cookie_of):
    with served(settings, site_url="https://book.example/shelf") as site:
        OpenPage(site, cookie_of(ada), origin="https://book.example").close()
        assert status_of(site, cookie_of(ada), origin=site.url) == 403
        shown = site.get("/shelf/", Cookie=f"commonplace={cookie_of(ada)}").text
        assert '<meta name="live" content="/shelf/socket.io/">' in shown


def test_above_the_limit_a_page_is_refused_and_pages_are_still_answered(settings, ada, bob, cookie_of):
    with served(settings, live_connections=2) as site, OpenPage(site, cookie_of(ada)) as first:
        with OpenPage(site, cookie_of(bob)) as second:
            assert status_of(site, cookie_of(bob)) == 503
            assert site.get("/").status_code == 200
            site.say("everybody", "new-entry", id=1)
            assert first.next_event() == second.next_event() == ("new-entry", {"id": 1})
        wait_until(lambda: site.listening == 1)
        OpenPage(site, cookie_of(bob)).close()


def test_one_user_leaves_room_for_others(site, ada, bob, cookie_of):
    cookie = cookie_of(ada)
    pages = [OpenPage(site, cookie) for _ in range(20)]
    assert status_of(site, cookie) == 503
    OpenPage(site, cookie_of(bob)).close()
    for page in pages:
        page.close()


def test_without_live_updates_nobody_is_asked_to_connect(settings, ada, cookie_of):
    with served(settings, live_connections=0) as site:
        cookie = cookie_of(ada)
        assert "live" not in site.get("/", Cookie=f"commonplace={cookie}").text
        assert status_of(site, cookie) == 503


def test_only_pages_of_a_signed_in_viewer_connect(client, ada):
    assert 'name="live"' not in client.get("/explore").text
    sign_in(client, ada)
    assert '<meta name="live" content="/socket.io/">' in client.get("/explore").text


WRONG = [{}, UPGRADE | {"Sec-WebSocket-Version": "8"}, UPGRADE | {"Sec-WebSocket-Key": "x"}]


@pytest.mark.parametrize("headers", WRONG)
@pytest.mark.parametrize("address", [HANDSHAKE, "/socket.io/", "/socket.io/?EIO=4&transport=polling"])
def test_what_opens_no_websocket_is_answered_like_any_bad_request(client, ada, address, headers):
    sign_in(client, ada)
    response = client.get(address, headers=headers)
    assert response.status_code == 400
    assert set(HEADERS) <= set(response.headers.keys())


def test_polling_is_not_offered(client, ada):
    sign_in(client, ada)
    assert client.get("/socket.io/?EIO=4&transport=polling", headers=UPGRADE).status_code == 400
    assert client.post("/socket.io/?EIO=4&transport=polling", headers=UPGRADE).status_code == 405


def test_a_refusal_carries_the_headers_of_all_answers(client):
    response = client.get(HANDSHAKE, headers=UPGRADE)
    assert response.status_code == 403
    assert set(HEADERS) <= set(response.headers.keys())
    assert "Set-Cookie" not in response.headers
    assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]


def test_a_web_server_that_lends_its_threads_gets_no_connection(client, ada, caplog):
    sign_in(client, ada)
    response = client.get(HANDSHAKE, headers=UPGRADE)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


def test_a_page_that_asks_by_itself_is_no_sign_that_somebody_is_there(app, session, ada):
    client = app.test_client()
    sign_in(client, ada)
    device = session.query(Device).one()
    long_ago = clock.now() - TOUCHED_EVERY * 2
    device.used_on = long_ago
    session.commit()
    assert client.get(HANDSHAKE, headers=UPGRADE).status_code == 503
    session.rollback()
    session.expire_all()
    assert session.get(Device, device.id).used_on == long_ago
    client.get("/")
    session.rollback()
    session.expire_all()
    assert session.get(Device, device.id).used_on > long_ago
