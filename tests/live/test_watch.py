import pytest

from commonplace.core import clock
from commonplace.live.lines import ROOM_BYTES
from commonplace.users.models import Device
from commonplace.users.rules_sign_in import TOUCHED_EVERY
from commonplace.users.service_devices import delete_devices
from tests.jobs.workers import wait_until
from tests.live.peers import OpenPage, served


@pytest.fixture
def watchful(settings):
    with served(settings, TEST_WATCH_EVERY_S=0.2) as site:
        yield site


def test_who_is_signed_out_is_told_no_more_and_not_to_come_back(watchful, session, ada, bob, cookie_of):
    with OpenPage(watchful, cookie_of(ada)) as hers, OpenPage(watchful, cookie_of(bob)) as his:
        delete_devices(session, ada)
        session.commit()
        wait_until(lambda: watchful.listening == 1)
        watchful.say("everybody", "new-entry", id=1)
        assert hers.last_packet() == "41"
        assert his.next_event() == ("new-entry", {"id": 1})


def test_a_dismissed_page_that_will_not_go_is_not_let_in_again_and_hung_up_on(watchful, session, ada, cookie_of):
    with OpenPage(watchful, cookie_of(ada)) as page:
        delete_devices(session, ada)
        session.commit()
        assert page.receive() == "41"
        page.send("40")
        assert page.receive().startswith("44")
        page.last_packet()
    wait_until(lambda: watchful.listening == 0)


def test_a_connection_over_which_nothing_is_said_is_hung_up_on(watchful, ada, cookie_of):
    with OpenPage(watchful, cookie_of(ada), speaks=False) as page:
        page.last_packet()
    wait_until(lambda: watchful.listening == 0)


def test_a_page_that_sends_too_much_is_hung_up_on(site, ada, cookie_of):
    with OpenPage(site, cookie_of(ada)) as page:
        page.send("42" + "x" * ROOM_BYTES * 2)
        page.last_packet()
    wait_until(lambda: site.listening == 0)


def test_a_page_that_is_kept_open_is_no_sign_that_somebody_is_there(watchful, session, ada, cookie_of):
    cookie = cookie_of(ada)
    with OpenPage(watchful, cookie):
        device = session.query(Device).one()
        device.used_on = long_ago = clock.now() - TOUCHED_EVERY * 2
        session.commit()
        with OpenPage(watchful, cookie, speaks=False) as mute:
            mute.last_packet()  # at the second look, so that one was at all
        assert watchful.listening >= 1
        session.rollback()
        session.expire_all()
        assert session.get(Device, device.id).used_on == long_ago
