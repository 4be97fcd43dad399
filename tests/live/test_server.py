"""Socket.IO as a page speaks it."""

from tests.live.peers import OpenPage


def test_a_connection_is_not_compressed_and_offers_no_other_way(site, ada, cookie_of):
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    with OpenPage(site, cookie_of(ada), **offer) as page:
        assert "sec-websocket-extensions" not in page.headers
        assert page.opened["upgrades"] == []


def test_what_a_page_says_reaches_nobody(site, ada, bob, cookie_of):
    with OpenPage(site, cookie_of(ada)) as hers, OpenPage(site, cookie_of(bob)) as his:
        hers.send('42["unread",{"count":1}]')
        hers.send('420["join","user:2"]')
        site.say("everybody", "new-entry", id=1)
        assert hers.next_event() == his.next_event() == ("new-entry", {"id": 1})


def test_there_is_one_namespace(site, ada, cookie_of):
    with OpenPage(site, cookie_of(ada), speaks=False) as page:
        page.send("40/admin,")
        assert page.receive().startswith("44/admin,")


def test_a_page_that_leaves_and_comes_back_over_the_same_connection_is_told_again(site, ada, cookie_of):
    with OpenPage(site, cookie_of(ada)) as page:
        page.send("41")
        page.send("40")
        assert page.receive().startswith("40{")
        site.say(ada.id, "unread", count=1)
        assert page.next_event() == ("unread", {"count": 1})
