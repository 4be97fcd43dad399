"""The story of somebody who is told things: on every page, in a list, by mail, and no more of it by one click."""

from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from commonplace.config import Settings
from commonplace.core import clock
from commonplace.core.house import House
from commonplace.entries.models import Entry
from commonplace.entries.service_likes import like_entry
from commonplace.jobs.application import make_celery
from commonplace.notifications.models import Notification
from commonplace.notifications.tasks import mail_news
from commonplace.users.models import User
from commonplace.users.service_follows import follow_user
from tests.factories import PASSWORD, make_reply, make_snap, make_user
from tests.jobs.workers import wait_until
from tests.journeys.visiting import DESK, PHONE, check_page

pytestmark = pytest.mark.browser
TELL = "() => document.dispatchEvent(new CustomEvent('live:unread'))"


@contextmanager
def beside(site):
    """The running site's house, from another process."""
    house = House.build(Settings.read(data_dir=site.data_dir, site_url=site.url))
    make_celery(house)
    yield house
    house.database.dispose()


def tell(house, name):
    """Let somebody of that name be told of a follow, of a like and of a reply."""
    with house.database.writing() as session:
        user, bob = make_user(session, name), make_user(session)
        user.email_verified_on = clock.now()
        snap = make_snap(session, user, name="hello.py")
        follow_user(session, bob, user)
        like_entry(session, snap, bob)
        make_reply(session, bob, snap, "I see what you mean")
    return user


SEEN_BY = {
    "desk-light": (DESK, "light", True),
    "desk-dark": (DESK, "dark", True),
    "phone-light": (PHONE, "light", True),
    "phone-dark": (PHONE, "dark", True),
    "phone-plain": (PHONE, "light", False),
}


@pytest.fixture(params=SEEN_BY)
def seen_by(request):
    return request.param


@pytest.fixture
def has_scripts(seen_by):
    return SEEN_BY[seen_by][2]


@pytest.fixture
def visitor(browser, seen_by):
    viewport, scheme, has_scripts = SEEN_BY[seen_by]
    context = browser.new_context(viewport=viewport, java_script_enabled=has_scripts, color_scheme=scheme)
    page = context.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def sign_in(page, site, user):
    page.goto(f"{site.url}/users/login")
    page.get_by_label("Name or e-mail address").fill(user.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_what_happened_is_found_followed_and_read(site, visitor, seen_by, has_scripts):
    with beside(site) as house:
        user = tell(house, f"reader-{seen_by}")
    sign_in(visitor, site, user)
    link = visitor.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
    expect(link).to_have_accessible_name("Notifications 3 unread")
    link.click()
    expect(visitor.get_by_role("listitem").filter(has_text="New")).to_have_count(3)
    check_page(visitor, has_scripts=has_scripts)
    visitor.get_by_role("link", name="I see what you mean").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Reply by")
    expect(link).to_have_accessible_name("Notifications 2 unread")
    link.click()
    visitor.get_by_role("button", name="Mark all as read").click()
    expect(visitor.get_by_role("status")).to_contain_text("marked as read")
    expect(link).to_have_accessible_name("Notifications")
    expect(visitor.locator(".news__mark")).to_have_count(0)


def test_the_ways_are_chosen(site, visitor, seen_by, has_scripts):
    with beside(site) as house:
        user = tell(house, f"chooser-{seen_by}")
    sign_in(visitor, site, user)
    visitor.goto(f"{site.url}/users/settings/notifications")
    check_page(visitor, has_scripts=has_scripts)
    row = "Somebody likes what you shared"
    visitor.get_by_role("radio", name=f"{row} By mail Daily").check()
    visitor.get_by_role("checkbox", name=f"{row} Live").uncheck()
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_role("status")).to_contain_text("saved")
    expect(visitor.get_by_role("radio", name=f"{row} By mail Daily")).to_be_checked()
    expect(visitor.get_by_role("checkbox", name=f"{row} Live")).not_to_be_checked()
    expect(visitor.get_by_role("checkbox", name=f"{row} On the page")).to_be_checked()


def test_the_number_changes_while_a_page_is_open(site, browser):
    with beside(site) as house:
        user = tell(house, "watcher")
    page = browser.new_context().new_page()
    sign_in(page, site, user)
    page.wait_for_load_state("networkidle")  # what listens is loaded after the page
    link = page.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
    said = page.locator("[aria-live=polite]")
    unread = 0
    page.route("**/notifications/unread", lambda route: route.fulfill(json={"unread": unread}))
    for unread, shown in ((4, "4"), (100, "99+"), (1, "1")):
        page.evaluate(TELL)
        expect(link).to_have_accessible_name(f"Notifications {shown} unread")
        expect(said).to_have_text(f"{shown} unread notification{'' if unread == 1 else 's'}")
    unread = 0
    page.evaluate(TELL)
    expect(link).to_have_accessible_name("Notifications")
    page.context.close()


def test_an_answer_that_comes_late_hides_no_newer_one(site, browser):
    with beside(site) as house:
        user = tell(house, "latecomer")
    page, held = browser.new_context().new_page(), []
    sign_in(page, site, user)
    page.wait_for_load_state("networkidle")
    link = page.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
    page.route("**/notifications/unread", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes onto what it is given
    for asked in (1, 2):
        page.evaluate(TELL)
        while len(held) < asked:
            page.wait_for_timeout(50)
    held[1].fulfill(json={"unread": 7})
    expect(link).to_have_accessible_name("Notifications 7 unread")
    held[0].fulfill(json={"unread": 6})
    page.wait_for_timeout(500)
    expect(link).to_have_accessible_name("Notifications 7 unread")
    page.context.close()


def test_what_happens_before_a_page_listens_is_counted_once_it_does(site, browser):
    with beside(site) as house:
        user, liker = tell(house, "early-bird"), tell(house, "early-liker")
        page, held = browser.new_context().new_page(), []
        sign_in(page, site, user)
        page.wait_for_load_state("networkidle")
        page.route("**/live.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes onto what it is given
        page.goto(f"{site.url}/users/settings")
        while not held:
            page.wait_for_timeout(50)
        with house.database.writing() as session:
            like_entry(session, session.scalars(select(Entry).where(Entry.author_id == user.id)).one(), liker)
        held[0].continue_()
        link = page.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
        expect(link).to_have_accessible_name("Notifications 4 unread")
    page.context.close()


def test_a_like_is_told_live(site, browser):
    with beside(site) as house:
        ada, bob = tell(house, "liked-one"), tell(house, "liking-one")
        with house.database.reading() as session:
            address = session.scalars(select(Entry.hash_key).where(Entry.author_id == ada.id)).one()
    watching, liking = browser.new_context().new_page(), browser.new_context().new_page()
    sign_in(watching, site, ada)
    watching.wait_for_load_state("networkidle")
    sign_in(liking, site, bob)
    liking.goto(f"{site.url}/snaps/{address}")
    liking.get_by_role("button", name="Like").first.click()
    link = watching.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
    expect(link).to_have_accessible_name("Notifications 4 unread")
    for page in (watching, liking):
        page.context.close()


def test_what_is_read_or_undone_elsewhere_is_no_longer_counted(site, browser):
    with beside(site) as house:
        ada, bob = tell(house, "counting-one"), tell(house, "undoing-one")
        with house.database.reading() as session:
            address = session.scalars(select(Entry.hash_key).where(Entry.author_id == ada.id)).one()
    context, undoing = browser.new_context(), browser.new_context().new_page()
    watching, reading = context.new_page(), context.new_page()
    sign_in(watching, site, ada)
    watching.wait_for_load_state("networkidle")
    link = watching.get_by_role("navigation", name="Site").get_by_role("link", name="Notifications")
    sign_in(undoing, site, bob)
    undoing.goto(f"{site.url}/snaps/{address}")
    undoing.get_by_role("button", name="Like").first.click()
    expect(link).to_have_accessible_name("Notifications 4 unread")
    undoing.get_by_role("button", name="Like").first.click()
    expect(link).to_have_accessible_name("Notifications 3 unread")
    reading.goto(f"{site.url}/notifications")
    reading.get_by_role("button", name="Mark all as read").click()
    expect(link).to_have_accessible_name("Notifications")
    for opened in (context, undoing.context):
        opened.close()


def test_a_mail_comes_leads_to_the_entry_and_is_stopped_at_one_click(site, browser):
    with beside(site) as house:
        user = tell(house, "mailed")
        with house.database.writing() as session:
            for row in session.scalars(select(Notification).where(Notification.user_id == user.id)):
                row.created_on = clock.now() - timedelta(minutes=2)
        mail_news.publish(user.id)
        folder = site.data_dir / "outbox"
        wait_until(lambda: any(b"To: mailed@" in file.read_bytes() for file in folder.glob("*.eml")))
    (file,) = [file for file in folder.glob("*.eml") if b"To: mailed@" in file.read_bytes()]
    message = message_from_bytes(file.read_bytes(), policy=default)
    page = browser.new_context().new_page()
    page.set_content(message.get_body(("html",)).get_content())
    expect(page.get_by_text("likes your snap")).to_have_count(0)  # which waits for the week's end
    page.get_by_role("link", name="replied to you").click()
    page.get_by_label("Name or e-mail address").fill("mailed")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reply by")
    page.context.clear_cookies()
    page.goto(message["List-Unsubscribe"].strip("<>"))
    check_page(page, has_scripts=True)
    page.get_by_role("button", name="Send no more of these").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No more immediate mails")
    check_page(page, has_scripts=True)
    with beside(site) as house, house.database.writing() as session:
        told = session.scalar(select(User).where(User.id == user.id))
        follow_user(session, make_user(session), told)
        newest = session.scalars(select(Notification).order_by(Notification.id.desc())).first()
        assert newest.cadence == "never"
    page.context.close()
