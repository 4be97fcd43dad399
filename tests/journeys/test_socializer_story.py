"""The story of Socializer: three people talk, hear of it live, and one blocks another, who then is gone."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import is_fault
from tests.journeys.visiting import DESK, PASSWORD, PHONE, check_page, sign_up

pytestmark = pytest.mark.browser


@pytest.fixture
def three(browser):
    """Three people's browsers, one of them a phone; their consoles stay quiet."""
    faults, contexts = [], [browser.new_context(viewport=viewport) for viewport in (DESK, DESK, PHONE)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    yield pages
    assert faults == []
    for context in contexts:
        context.close()


@pytest.mark.timeout(400)
def test_three_people_talk_and_one_blocks_another(site, three):
    rosa, sven, tara = three
    meet(site, three)
    share_while_somebody_reads(site, sven, rosa)
    hear_of_it(site, rosa)
    answer(site, rosa, tara)
    site.run("snaps", "add", "-", "--user", "sven", "--name", "loaf.py", "--audience", "public", given=b"print('loaf')")
    block(site, rosa, "sven")
    check_gone(site, rosa, "sven", "bread", "loaf.py")
    check_gone(site, sven, "rosa", "On my way.")
    tara.goto(site.url)
    for words in ("bread", "On my way."):
        expect(tara.get_by_role("main").get_by_text(words, exact=True)).to_be_visible()


def meet(site, three):
    names = ("rosa", "sven", "tara")
    for page, name in zip(three, names, strict=True):
        sign_up(page, site.url, name)
    for page, name in zip(three, names, strict=True):
        for other in names:
            if other != name:
                page.goto(f"{site.url}/@{other}")
                page.get_by_role("button", name=f"Follow @{other}").click()


def share_while_somebody_reads(site, sharer, reader):
    """What is shared is offered to whoever has their feed open, and not pushed under their eyes."""
    reader.goto(site.url)
    expect(reader.get_by_text("Nothing in your feed yet")).to_be_visible()
    reader.wait_for_timeout(2_000)  # until the connection is open
    sharer.goto(f"{site.url}/posts/add")
    sharer.get_by_label("Text").fill("Fresh **bread**, @rosa! #baking")
    sharer.get_by_role("main").get_by_role("button", name="Share", exact=True).click()
    offer = reader.get_by_role("link", name=re.compile(r"Show\s+1\s+new"))
    expect(offer).to_be_visible()
    expect(reader.get_by_role("main").get_by_text("bread")).to_have_count(0)
    check_page(reader, has_scripts=True)
    offer.click()
    expect(reader.get_by_role("main").get_by_text("bread", exact=True)).to_be_visible()


def hear_of_it(site, page):
    page.goto(f"{site.url}/notifications")
    expect(page.get_by_role("main").get_by_text("sven").first).to_be_visible()
    check_page(page, has_scripts=True)


def answer(site, page, reader):
    page.goto(site.url)
    page.get_by_role("main").get_by_role("link", name=re.compile("^Reply")).first.click()
    page.get_by_label("Your reply").fill("On my way.")
    page.get_by_role("main").get_by_role("button", name="Reply", exact=True).click()
    reader.goto(site.url)
    expect(reader.get_by_role("main").get_by_text("On my way.", exact=True)).to_be_visible()
    check_page(reader, has_scripts=True)


def block(site, page, name):
    page.goto(f"{site.url}/@{name}")
    page.get_by_role("main").get_by_text("More", exact=True).click()
    page.get_by_role("button", name=re.compile("^Block")).first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Block")).click()
    expect(page.get_by_role("button", name=re.compile("^Unblock"))).to_be_visible()


def check_gone(site, page, other, *words):
    """Nothing of the other is left on any page, nor in what programs get."""
    for path in ("/", "/explore", "/search?q=bread", "/search?q=loaf", "/notifications", "/posts/", "/tags/baking"):
        page.goto(site.url + path)
        text = page.get_by_role("main").inner_text()
        assert not any(each in text for each in words), (path, text)
    name = {"sven": "rosa", "rosa": "sven"}[other]
    answer = page.goto(f"{site.url}/@{other}")
    assert answer is not None
    assert (answer.status == 404) is (name == "sven")  # who blocked sees whom, to unblock them
    for path in ("feed", "search?q=bread", "posts", "notifications"):
        answered = page.request.get(f"{site.url}/api/v1/{path}", headers={"Authorization": basic(name)})
        assert not any(each in answered.text() for each in (*words, f'"username": "{other}"')), path


def basic(name):
    return "Basic " + b64encode(f"{name}:{PASSWORD}".encode()).decode()
