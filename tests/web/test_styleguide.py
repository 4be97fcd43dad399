from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from commonplace.core import clock
from commonplace.web.rendering import iso_time, relative_time
from commonplace.web.styleguide import CODE, number_lines

MARKED = ".listing .is-marked"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The style guide in a browser; what the console complains of, as of a breach of the policy, fails the test."""
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/styleguide/")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page_without_scripts(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/styleguide/")
    yield page
    context.close()


def expect_marked(page: Page, *numbers: str) -> None:
    expect(page.locator(MARKED)).to_have_count(len(numbers))
    assert page.locator(MARKED).evaluate_all("lines => lines.map(line => line.id)") == list(numbers)


def test_every_component_is_shown(frame: Flask) -> None:
    page = frame.test_client().get("/styleguide/").text
    components = "entry byline person pager empty notice tabs table listing prose choices"
    for component in components.split():
        assert f'class="{component}' in page


def test_an_error_page_is_shown_under_each_status(frame: Flask) -> None:
    assert "<h1>Nothing here</h1>" in frame.test_client().get("/styleguide/error/404").text


def test_lines_keep_their_breaks_and_stay_text() -> None:
    assert number_lines("<a>\nb") == '<span id="L1">&lt;a&gt;\n</span><span id="L2">b</span>'


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_in_a_persons_way(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_a_page_scrolls_in_one_direction_only(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_keys_search_make_new_and_explain(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("n/?")
    expect(page.get_by_label("Search")).to_have_value("n/?")


@pytest.mark.browser
def test_keys_can_be_switched_off(page: Page) -> None:
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).not_to_be_focused()


@pytest.mark.browser
def test_the_new_menu_opens_by_key_and_gives_the_focus_back(frame: Flask, page: Page) -> None:
    frame.jinja_env.globals["viewer"] = {"username": "ada", "role": "member"}
    page.reload()
    page.keyboard.press("n")
    expect(page.get_by_role("link", name="Snap", exact=True).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#new-entry > summary")).to_be_focused()
    expect(page.locator("#new-entry")).not_to_have_attribute("open", "")


@pytest.mark.browser
def test_copy_takes_the_code_without_its_numbers(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == CODE


@pytest.mark.browser
def test_lines_are_marked_by_address_click_and_field(page: Page) -> None:
    page.goto(page.url + "#L3-L5")
    expect_marked(page, "L3", "L4", "L5")
    listing = page.locator(".listing")
    listing.locator("#L2").click(position={"x": 10, "y": 8})
    expect_marked(page, "L2")
    listing.locator("#L4").click(position={"x": 10, "y": 8}, modifiers=["Shift"])
    assert page.url.endswith("#L2-L4")
    page.get_by_label("Line", exact=True).fill("6-7")
    page.get_by_label("Line", exact=True).press("Enter")
    expect_marked(page, "L6", "L7")
    listing.locator("#L1").click(position={"x": 120, "y": 8})
    expect_marked(page, "L6", "L7")


@pytest.mark.browser
def test_tab_indents_code_until_it_is_told_to_leave(page: Page) -> None:
    expect(page.get_by_text("To leave the field, press")).to_be_visible()
    field = page.get_by_label("Code")
    field.fill("a\nb")
    field.press("Control+a")
    field.press("Tab")
    expect(field).to_have_value("    a\n    b")
    field.press("Escape")
    field.press("Tab")
    expect(field).not_to_be_focused()
    field.press("Control+s")
    page.wait_for_url("**/styleguide/?**")


@pytest.mark.browser
def test_times_stay_true_in_the_servers_words(page: Page) -> None:
    distances = (90, 210, 4_000, 9_000, 90_000, 600_000, 4_000_000, 10**8, -90, -9_000, -600_000)
    moments = [clock.now() - timedelta(seconds=distance) for distance in distances]
    told = page.evaluate(
        """moments => {
          const times = moments.map((moment) => {
            const time = document.createElement("time");
            time.dateTime = moment;
            document.body.append(time);
            return time;
          });
          document.dispatchEvent(new Event("visibilitychange"));
          return times.map((time) => time.textContent);
        }""",
        [iso_time(moment) for moment in moments],
    )
    assert told == [relative_time(moment) for moment in moments]


@pytest.mark.browser
def test_without_scripts_a_line_is_marked_and_code_wraps(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto(page.url + "#L3")
    expect(page.locator("#L3")).to_have_css("background-color", page_colour(page, "#L3"))
    assert page_colour(page, "#L3") != page_colour(page, "#L4")
    page.get_by_label("Wrap").check()
    expect(page.locator(".listing > code")).to_have_css("white-space", "pre-wrap")


@pytest.mark.browser
def test_without_scripts_nothing_is_offered_that_needs_them(page_without_scripts: Page) -> None:
    page = page_without_scripts
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_label("Line", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("Move this snap to the trash?")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def page_colour(page: Page, selector: str) -> str:
    return str(page.locator(selector).evaluate("line => getComputedStyle(line).backgroundColor"))
