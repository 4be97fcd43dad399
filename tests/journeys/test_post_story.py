"""Another story: people write posts, look at them before they share them, answer a snap, and like what they read."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_snap_story import share
from tests.journeys.visiting import DESK, check_page, press, sign_up

pytestmark = pytest.mark.browser

TEXT = "# Bread\n\nTwo *loaves* on Tuesday, @{name}. #Bread\n\n    not @{name}, not #a-tag\n"


def name_for(first: str, viewport, has_scripts) -> str:
    return f"{first}-{viewport['width']}-{has_scripts}".lower()


def expect_preview(page: Page, name: str):
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("heading", name="Bread")).to_be_visible()
    expect(preview.get_by_role("link", name=f"@{name}")).to_have_attribute("href", f"/@{name}")
    expect(preview.get_by_role("link", name="#Bread")).to_have_attribute("href", "/tags/bread")
    expect(preview.get_by_role("link")).to_have_count(2)


def check_in_both_schemes(page: Page, *, has_scripts: bool):
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        check_page(page, has_scripts=has_scripts)


def test_a_post_is_looked_at_shared_found_by_its_tag_and_edited(site, visitor, viewport, has_scripts):
    name = name_for("wanda", viewport, has_scripts)
    sign_up(visitor, site.url, name)
    visitor.goto(f"{site.url}/posts/")
    check_page(visitor, has_scripts=has_scripts)
    visitor.get_by_role("link", name="New post").click()
    field = visitor.get_by_label("Text", exact=True)
    field.fill(TEXT.format(name=name))
    if has_scripts:
        expect(visitor.get_by_text("characters left")).to_be_visible()
        expect(visitor.get_by_role("button", name="Preview")).to_be_hidden()
    else:
        visitor.get_by_role("button", name="Preview").click()
        expect(field).to_have_value(TEXT.format(name=name))
    expect_preview(visitor, name)
    check_page(visitor, has_scripts=has_scripts)
    visitor.get_by_label("Public", exact=True).check()
    visitor.get_by_role("button", name="Share").click()

    expect(visitor.get_by_role("heading", level=1)).to_have_text(f"Post by {name}")
    check_in_both_schemes(visitor, has_scripts=has_scripts)
    visitor.get_by_role("link", name="#Bread").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("#bread")
    check_page(visitor, has_scripts=has_scripts)
    card = visitor.get_by_role("article").filter(has=visitor.get_by_role("link", name=f"@{name}"))
    card.get_by_role("link", name="ago").or_(card.get_by_role("link", name="now", exact=True)).click()
    visitor.get_by_role("link", name="Edit", exact=True).click()
    expect(visitor.get_by_label("Text", exact=True)).to_have_value(TEXT.format(name=name))
    visitor.get_by_label("Text", exact=True).fill("One loaf.")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_role("main")).to_contain_text("One loaf.")
    expect(visitor.get_by_role("main")).to_contain_text("edited")


def test_a_snap_is_answered_and_the_answer_liked_by_its_author(site, visitor, browser, viewport, has_scripts):
    author, friend = (name_for(first, viewport, has_scripts) for first in ("arno", "finn"))
    sign_up(visitor, site.url, author)
    address = share(visitor, site.url, "answered.py", "Members")

    reader = browser.new_context(viewport=viewport, java_script_enabled=has_scripts).new_page()
    sign_up(reader, site.url, friend)
    reader.goto(address)
    reader.get_by_label("Your reply").fill("Does it **scale**?")
    reader.get_by_role("button", name="Reply").click()
    thread = reader.get_by_role("region", name="Replies")
    expect(thread.get_by_role("listitem")).to_contain_text("Does it scale?")
    assert reader.url.startswith(f"{address}#")
    check_page(reader, has_scripts=has_scripts)
    thread.get_by_role("link", name="Reply").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Reply by {friend}")
    expect(reader.get_by_role("region", name="What this answers")).to_contain_text("answered.py")
    check_page(reader, has_scripts=has_scripts)
    reader.context.close()

    visitor.goto(address)
    like = visitor.get_by_role("region", name="Replies").get_by_role("button", name="Like")
    for pressed, number in (("true", "Like 1"), ("false", "Like"), ("true", "Like 1")):
        like.click()
        expect(like).to_have_attribute("aria-pressed", pressed)
        expect(like).to_have_text(number)
    visitor.reload()
    expect(like).to_have_text("Like 1")
    check_page(visitor, has_scripts=has_scripts)


@pytest.mark.parametrize("viewport", [DESK], ids=["desk"], indirect=True)
@pytest.mark.parametrize("has_scripts", [True], ids=["with-scripts"], indirect=True)
def test_the_keyboard_alone_writes_answers_and_likes(site, visitor):
    sign_up(visitor, site.url, "kim")
    press(visitor, "n")
    expect(visitor.locator("#new-entry").get_by_role("link", name="Post")).to_be_focused()
    press(visitor, "Enter")
    field = visitor.get_by_label("Text", exact=True)
    expect(field).to_be_focused()
    visitor.keyboard.type("By hand. n/?")
    press(visitor, "Control+Enter")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Post by kim")
    visitor.wait_for_load_state("networkidle")  # before its script is there, the button sends a form
    visitor.get_by_role("button", name="Like").focus()
    press(visitor, "Enter")
    expect(visitor.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "true")
    expect(visitor.get_by_role("button", name="Like")).to_be_focused()
    for _ in range(3):
        press(visitor, "Tab")
        if visitor.get_by_label("Your reply").evaluate("node => node === document.activeElement"):
            break
    visitor.keyboard.type("Indeed.")
    press(visitor, "Meta+Enter")
    expect(visitor.get_by_role("listitem").filter(has_text="Indeed.")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK], ids=["desk"], indirect=True)
@pytest.mark.parametrize("has_scripts", [True], ids=["with-scripts"], indirect=True)
def test_what_is_too_long_is_counted_told_and_not_lost(site, visitor):
    sign_up(visitor, site.url, "longfellow")
    visitor.goto(f"{site.url}/posts/add")
    field = visitor.get_by_label("Text", exact=True)
    field.fill("\U0001f600" * 4_950)
    expect(visitor.get_by_text("50 characters left.").first).to_be_visible()
    expect(visitor.get_by_role("status").filter(has_text="50 characters left.")).to_be_attached()
    field.fill("x" * 5_001)
    expect(visitor.get_by_text("1 character too many.").first).to_be_visible()
    visitor.get_by_role("button", name="Share").click()
    expect(visitor.get_by_role("alert")).to_contain_text("at most 5,000 characters; this has 5,001")
    expect(field).to_have_value("x" * 5_001)
