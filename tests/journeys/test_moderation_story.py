"""Somebody is rude, somebody else says so, the owner decides; and who is suspended leaves with their data."""

import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Site
from tests.journeys.visiting import DESK, PASSWORD, PHONE, check_page

pytestmark = pytest.mark.browser

DEVICES = [("desk", {"viewport": DESK}), ("phone", {"viewport": PHONE, "java_script_enabled": False})]


@dataclass
class Visitors:
    """People at one sort of device, each in a browser window of their own."""

    device: str
    options: dict[str, Any]
    site: Site
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def enter(self, name: str, scheme: str = "light") -> Page:
        """Return a window in which that person has just given their password."""
        context = self.browser.new_context(**self.options, color_scheme=scheme)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"{self.site.url}/users/login")
        page.get_by_label("Name or e-mail address").fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        return page

    def check(self, page: Page) -> None:
        """Nobody is shut out, and nothing sticks out at the side."""
        check_page(page, has_scripts=self.options.get("java_script_enabled", True))


@pytest.fixture(params=DEVICES, ids=["desk", "phone-without-scripts"])
def visitors(request, site, browser):
    visitors = Visitors(*request.param, site, browser)
    yield visitors
    for context in visitors.contexts:
        context.close()


@pytest.fixture(scope="module")
def owner(site):
    """The first account, which owns the site."""
    return create(site, "olga")


def create(site, name):
    given = f"{PASSWORD}\n".encode()
    site.run("users", "create", name, "--email", f"{name}@example.org", "--password-stdin", given=given)
    return name


def report(visitors, page, address):
    page.goto(address)
    page.get_by_role("link", name="Report", exact=True).click()
    visitors.check(page)
    page.get_by_label("What is wrong").fill("It is rude\nto all of us.")
    page.get_by_role("button", name="Send the report").click()
    expect(page).to_have_url(address)
    expect(page.get_by_text("Thank you: the moderators will look at it.")).to_be_visible()


def suspend(visitors, page, owner, rude):
    page.locator("summary", has_text=owner).click()
    page.get_by_role("link", name="Moderation (1)").click()
    page.get_by_text("Decide", exact=True).click()
    visitors.check(page)
    page.get_by_role("link", name=f"Snap by @{rude}").click()
    expect(page.get_by_role("main")).to_contain_text("are wrong.\n" * 30)
    visitors.check(page)
    page.get_by_label("Note").fill("The third time.")
    page.get_by_role("button", name=f"Suspend @{rude}").click()
    expect(page.get_by_text("The person is suspended, and signed out everywhere.")).to_be_visible()
    for other in ("Hidden", "People", "Log"):
        page.get_by_label("Moderation").get_by_role("link", name=other).click()
        visitors.check(page)
    done = page.get_by_role("listitem").filter(has_text=f"@{owner} suspended @{rude}")
    expect(done).to_contain_text("The third time.")


def take_data(visitors, page):
    """Return the names of the files that somebody who is suspended takes along, and sign out."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is suspended")
    visitors.check(page)
    page.get_by_role("button", name="Make an archive").click()
    link = page.get_by_role("link", name="Download the archive")
    for _ in range(60):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as given:
        link.click()
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    assert page.goto(f"{visitors.site.url}/users/suspended").status == 404
    return [name.rsplit("/", 1)[-1] for name in zipfile.ZipFile(given.value.path()).namelist()]


def test_a_report_leads_to_a_decision_and_who_is_suspended_takes_their_data_along(site, owner, visitors, tmp_path):
    rude, reader = create(site, f"rude-{visitors.device}"), create(site, f"reader-{visitors.device}")
    (tmp_path / "rant.md").write_text("# You all\n\n" + "are wrong.\n" * 30)
    address = site.run("snaps", "add", str(tmp_path / "rant.md"), "--user", rude).stdout.decode().strip()
    as_reader = visitors.enter(reader, "dark")
    report(visitors, as_reader, address)
    as_owner = visitors.enter(owner)
    suspend(visitors, as_owner, owner, rude)
    assert as_reader.goto(address).status == 404
    assert "rant.md" in take_data(visitors, visitors.enter(rude, "dark"))

    as_owner.get_by_label("Moderation").get_by_role("link", name="People", exact=True).click()
    person = as_owner.get_by_role("article", name=f"@{rude}")
    person.get_by_text("Let in again", exact=True).click()
    person.get_by_role("button", name=f"Let @{rude} in again").click()
    assert as_reader.goto(address).status == 200
    expect(visitors.enter(rude).locator("summary", has_text=rude)).to_be_visible()
