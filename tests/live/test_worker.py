"""The web server's worker, with connections that have left it."""

from concurrent.futures import ThreadPoolExecutor

from commonplace.operations.web_server import THREADS
from tests.jobs.workers import wait_until
from tests.live.peers import OpenPage, served


def test_more_open_connections_than_threads_leave_all_threads_to_pages(site, ada, bob, cookie_of):
    cookies = [cookie_of(ada), cookie_of(bob)]
    pages = [OpenPage(site, cookies[number % 2]) for number in range(THREADS + 4)]
    assert site.listening == len(pages)
    with ThreadPoolExecutor(THREADS) as browsers:
        answers = list(browsers.map(lambda _: site.get("/slow").text, range(THREADS)))
    assert answers == ["done"] * THREADS
    site.say("everybody", "new-entry", id=1)
    assert [page.next_event() for page in pages] == [("new-entry", {"id": 1})] * len(pages)
    for page in pages:
        page.close()
    wait_until(lambda: site.listening == 0)


def test_open_connections_do_not_hold_up_the_servers_end(settings, ada, cookie_of):
    with served(settings, TEST_GRACE_S=600) as site, OpenPage(site, cookie_of(ada)) as page:
        assert site.stop() == 0
        page.last_packet()


def test_connections_that_came_and_went_leave_requests_their_time_to_be_finished(site, ada, cookie_of):
    cookie = cookie_of(ada)
    for _ in range(3):
        OpenPage(site, cookie).close()
    wait_until(lambda: site.listening == 0)
    with ThreadPoolExecutor(1) as browser:
        answer = browser.submit(site.get, "/slow")
        wait_until(lambda: site.get("/at-work").json() == 1)
        assert site.stop() == 0
        assert answer.result().text == "done"


def test_a_killed_server_is_replaced_and_pages_connect_again(site, session, ada, cookie_of):
    cookie = cookie_of(ada)
    with OpenPage(site, cookie) as page:
        site.kill_worker()
        page.last_packet()
    with OpenPage(site, cookie) as page:
        site.say(ada.id, "unread", count=1)
        assert page.next_event() == ("unread", {"count": 1})


def test_over_https_as_well(settings, ada, cookie_of):
    with served(settings, is_https=True) as site, OpenPage(site, cookie_of(ada)) as page:
        for number in range(50):
            site.say(ada.id, "unread", count=number)
        assert [page.next_event()[1]["count"] for _ in range(50)] == list(range(50))
        page.close()
        wait_until(lambda: site.listening == 0)
