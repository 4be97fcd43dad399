"""The second story: two people find each other, one follows, mutes, and in the end blocks the other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import DESK, check_page, press, sign_up

pytestmark = pytest.mark.browser


@pytest.fixture
def ending(viewport, has_scripts):
    """How the names of this run's people end, as all runs share one site."""
    return f"{viewport['width']}-{has_scripts}".lower()


@pytest.fixture
def friend(browser, viewport, has_scripts):
    context = browser.new_context(viewport=viewport, java_script_enabled=has_scripts)
    yield context.new_page()
    context.close()


def check_in_light_and_dark(page: Page, *, has_scripts: bool):
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        check_page(page, has_scripts=has_scripts)


def choose(page: Page, item: str):
    """Open the menu on a person's page and take something from it."""
    page.get_by_role("main").get_by_text("More", exact=True).click()
    page.get_by_role("button", name=item, exact=True).click()


def test_people_find_and_follow_each_other(site, visitor, friend, ending, has_scripts):
    ben, cleo = f"ben-{ending}", f"cleo-{ending}"
    sign_up(friend, site.url, cleo)
    sign_up(visitor, site.url, ben)
    visitor.get_by_role("link", name="People", exact=True).click()
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    visitor.get_by_label("Name, or how it begins").fill(cleo[:-2])
    visitor.get_by_role("button", name="Find").click()
    visitor.get_by_role("button", name=f"Follow @{cleo}").click()
    expect(visitor).to_have_url(re.compile(r"/users/\?q=.+#user-\d+$"))
    expect(visitor.get_by_role("button", name=f"Unfollow @{cleo}")).to_be_visible()
    check_in_light_and_dark(visitor, has_scripts=has_scripts)

    friend.goto(f"{site.url}/@{ben}")
    expect(friend.get_by_text("Follows you")).to_be_visible()
    friend.get_by_role("button", name=f"Follow @{ben}").click()
    expect(friend.get_by_role("status")).to_contain_text(f"You follow @{ben}.")

    visitor.get_by_role("link", name=cleo, exact=True).click()
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    visitor.get_by_role("link", name="1 follower", exact=True).click()
    expect(visitor.get_by_role("main").get_by_role("link", name=ben, exact=True)).to_be_visible()
    check_in_light_and_dark(visitor, has_scripts=has_scripts)


def test_somebody_mutes_blocks_and_lets_go_again(site, visitor, friend, ending, has_scripts):
    ivo, jill = f"ivo-{ending}", f"jill-{ending}"
    sign_up(friend, site.url, jill)
    sign_up(visitor, site.url, ivo)
    visitor.goto(f"{site.url}/@{jill}")
    choose(visitor, "Mute")
    expect(visitor.get_by_role("note")).to_contain_text(f"You mute @{jill}")
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    choose(visitor, "Block")
    expect(visitor.get_by_role("dialog")).to_contain_text(f"Block @{jill}?")
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    visitor.get_by_role("button", name=f"Block @{jill}").click()
    expect(visitor.get_by_role("note")).to_contain_text(f"You block @{jill}")
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    assert friend.goto(f"{site.url}/@{ivo}").status == 404
    friend.goto(f"{site.url}/users/?q={ivo}")
    expect(friend.get_by_text("Nobody by that name")).to_be_visible()

    visitor.goto(f"{site.url}/users/settings/blocks")
    check_in_light_and_dark(visitor, has_scripts=has_scripts)
    friend.goto(f"{site.url}/users/settings/blocks")
    friend.get_by_label("Name", exact=True).fill(f"@{ivo}")
    friend.get_by_role("button", name="Block", exact=True).click()
    check_in_light_and_dark(friend, has_scripts=has_scripts)
    visitor.get_by_role("button", name=f"Unblock @{jill}").click()
    visitor.get_by_role("button", name=f"Unmute @{jill}").click()
    expect(visitor.get_by_text("You block and mute nobody")).to_be_visible()
    assert friend.goto(f"{site.url}/@{ivo}").status == 200
    friend.goto(f"{site.url}/users/settings/blocks")
    friend.get_by_role("button", name=f"Unblock @{ivo}").click()
    friend.goto(f"{site.url}/@{ivo}")
    expect(friend.get_by_role("button", name=f"Follow @{ivo}")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK], ids=["desk"], indirect=True)
@pytest.mark.parametrize("has_scripts", [True], ids=["with-scripts"], indirect=True)
def test_the_question_before_a_block_is_asked_and_left_by_the_keyboard(site, visitor, friend):
    sign_up(friend, site.url, "gwen")
    sign_up(visitor, site.url, "hana")
    visitor.goto(f"{site.url}/@gwen")
    more = visitor.get_by_role("main").get_by_text("More", exact=True)
    more.focus()
    press(visitor, "Enter")
    for _ in range(3):
        press(visitor, "Tab")
    block = visitor.get_by_role("button", name="Block", exact=True)
    expect(block).to_be_focused()
    press(visitor, "Enter")
    expect(visitor.get_by_role("button", name="Cancel")).to_be_focused()
    press(visitor, "Enter")
    expect(visitor.get_by_role("dialog")).to_be_hidden()
    expect(block).to_be_focused()
    press(visitor, "Enter")
    press(visitor, "Escape")
    expect(visitor.get_by_role("dialog")).to_be_hidden()
    expect(more).to_be_focused()
    expect(visitor.get_by_role("button", name="Follow @gwen")).to_be_visible()
