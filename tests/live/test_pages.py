"""The script of the pages, in a real browser, under the site's own policy of what a page may do."""

import pytest
from playwright.sync_api import expect

from commonplace.users.service_devices import delete_devices
from tests.factories import PASSWORD
from tests.jobs.workers import wait_until
from tests.live.peers import HANDSHAKE, served

pytestmark = pytest.mark.browser

NOTE = """
  window.told = [];
  for (const name of ["connected", "unread"]) {
    document.addEventListener(`live:${name}`, (event) => {
      window.told.push([name, event.detail]);
      document.title = `${name} ${window.told.length}`;
    });
  }
"""
SHOW = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


PATIENT = {"TEST_PING_EVERY_S": 3600}  # signs of life come by the real clock, and are missed by the test's


@pytest.fixture
def site(settings):
    with served(settings, **PATIENT) as site:
        yield site


@pytest.fixture
def page(browser):
    """A page whose clock is the test's, and whose console must stay silent but for connections that fail."""
    context = browser.new_context()
    page = context.new_page()
    faults, page.tries = [], []

    def note(line):
        page.tries.append(line)

    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("websocket", note)
    page.add_init_script(NOTE)
    page.clock.install()
    page.clock.resume()
    yield page
    context.close()
    assert [fault for fault in faults if not fault.startswith("WebSocket connection to")] == []


def sign_in(page, site):
    page.goto(f"{site.url}/users/login")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("connected 1", timeout=20_000)


def test_what_is_said_becomes_an_event_of_the_document(site, ada, page):
    sign_in(page, site)
    site.say(ada.id, "unread", count=3)
    expect(page).to_have_title("unread 2")
    assert page.evaluate("window.told") == [["connected", {}], ["unread", {"count": 3}]]
    assert [line.url for line in page.tries] == [site.url.replace("http", "ws") + HANDSHAKE]


def test_a_page_without_a_viewer_loads_nothing_for_it(site, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/explore")
    page.wait_for_load_state("networkidle")
    assert [address for address in asked if "live" in address or "socket" in address] == []
    assert page.tries == []


def test_an_idle_page_asks_for_nothing(site, ada, page):
    sign_in(page, site)
    page.clock.fast_forward("00:05")  # what may have been missed before it was connected is asked for once
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for("40:00")
    assert asked == []


def test_a_page_that_nobody_sees_hangs_up_and_comes_back_when_it_is_seen(site, ada, page):
    sign_in(page, site)
    page.evaluate(SHOW, True)
    page.clock.fast_forward(50_000)
    assert site.listening == 1
    page.clock.fast_forward(11_000)
    wait_until(lambda: site.listening == 0)
    page.evaluate(SHOW, False)
    expect(page).to_have_title("connected 2")
    site.say(ada.id, "unread", count=3)
    expect(page).to_have_title("unread 3")


def test_a_glance_away_keeps_the_connection(site, ada, page):
    sign_in(page, site)
    page.evaluate(SHOW, True)
    page.clock.fast_forward(30_000)
    page.evaluate(SHOW, False)
    page.clock.fast_forward(35_000)
    assert len(page.tries) == 1
    assert site.listening == 1


def test_a_page_connects_again_when_the_server_is_back(settings, ada, page):
    with served(settings, **PATIENT) as site:
        sign_in(page, site)
        site.stop()
    with served(settings, port=site.port, **PATIENT) as again:
        page.clock.fast_forward(3_000)
        expect(page).to_have_title("connected 2", timeout=20_000)
        again.say(ada.id, "unread", count=1)
        expect(page).to_have_title("unread 3")


def test_with_the_server_gone_it_tries_some_times_and_gives_up(site, ada, page):
    sign_in(page, site)
    site.stop()
    for _ in range(30):
        page.clock.fast_forward("01:30")
        page.wait_for_timeout(50)
    assert 2 <= len(page.tries) <= 7


def test_a_page_connects_anew_where_its_user_reads_others_than_before(site, ada, page):
    sign_in(page, site)
    site.say(ada.id, "renew")
    site.say(ada.id, "renew")
    expect(page).to_have_title("connected 2")
    site.say(ada.id, "unread", count=1)
    expect(page).to_have_title("unread 3")
    assert len(page.tries) == 2


def test_a_page_that_is_told_to_come_again_and_not_let_in_stays_away(site, session, ada, page):
    sign_in(page, site)
    delete_devices(session, ada)
    session.commit()
    site.say(ada.id, "renew")
    wait_until(lambda: site.listening == 0)
    page.wait_for_timeout(500)
    page.evaluate(SHOW, False)
    page.clock.fast_forward("05:00")
    page.wait_for_timeout(200)
    assert len(page.tries) == 2


def test_a_page_of_somebody_signed_out_elsewhere_stays_away(settings, session, ada, page):
    with served(settings, TEST_WATCH_EVERY_S=0.2, **PATIENT) as site:
        sign_in(page, site)
        delete_devices(session, ada)
        session.commit()
        wait_until(lambda: site.listening == 0)
        page.evaluate(SHOW, False)
        page.clock.fast_forward("05:00")
        page.wait_for_timeout(200)
        assert len(page.tries) == 1
