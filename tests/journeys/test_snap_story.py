"""The first story: somebody starts a site, signs up, shares a piece of code, and a friend reads it."""

import re
import subprocess
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visiting import DESK, PASSWORD, check_page, press, sign_up

pytestmark = pytest.mark.browser

SOURCE = 'def greet(name):\n\treturn f"<b>Hello</b>, {name}!"\n\n\nprint(greet("friend"))\n'


def share(page: Page, url: str, name: str, audience: str):
    page.goto(f"{url}/snaps/add")
    page.get_by_label("File name").fill(name)
    page.get_by_label("Text", exact=True).fill(SOURCE)
    page.get_by_label(audience, exact=True).check()
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def test_a_snap_is_shared_read_copied_fetched_and_deleted(site, visitor, browser, viewport, has_scripts):
    name = f"alice-{viewport['width']}-{has_scripts}".lower()
    visitor.goto(site.url)
    check_page(visitor, has_scripts=has_scripts)
    sign_up(visitor, site.url, name)
    expect(visitor.get_by_role("status")).to_contain_text("Welcome")
    address = share(visitor, site.url, "greet.py", "Anyone with the link")
    check_page(visitor, has_scripts=has_scripts)
    expect(visitor.locator("#L2")).to_contain_text("<b>Hello</b>")

    raw = urllib.request.urlopen(f"{address}/raw").read().decode()
    assert raw == SOURCE

    friend = browser.new_context(viewport=viewport, java_script_enabled=has_scripts).new_page()
    friend.goto(f"{address}#L2")
    expect(friend.locator("#L2")).to_be_visible()
    check_page(friend, has_scripts=has_scripts)
    friend.goto(f"{site.url}/snaps/")
    expect(friend.get_by_role("link", name="greet.py")).to_have_count(0)
    friend.context.close()

    visitor.goto(f"{address}/edit")
    check_page(visitor, has_scripts=has_scripts)
    visitor.get_by_label("Text", exact=True).fill(SOURCE.replace("Hello", "Good morning"))
    visitor.get_by_role("button", name="Save").click()
    visitor.get_by_role("link", name="earlier versions").click()
    visitor.get_by_role("link", name="Version 1").click()
    expect(visitor.get_by_label("Difference")).to_contain_text("Good morning")
    check_page(visitor, has_scripts=has_scripts)

    visitor.goto(f"{site.url}/search?q=morning")
    expect(visitor.get_by_role("link", name="greet.py")).to_have_count(1)
    check_page(visitor, has_scripts=has_scripts)


def test_a_snap_is_deleted_and_restored(site, visitor, viewport, has_scripts):
    sign_up(visitor, site.url, f"bea-{viewport['width']}-{has_scripts}".lower())
    address = share(visitor, site.url, "short-lived.py", "Members")
    visitor.get_by_role("button", name="Delete").click()
    visitor.get_by_role("button", name="Put into the trash").click()
    assert visitor.goto(address).status == 404
    check_page(visitor, has_scripts=has_scripts)
    visitor.goto(f"{site.url}/trash")
    check_page(visitor, has_scripts=has_scripts)
    visitor.get_by_role("button", name="Restore").click()
    expect(visitor).to_have_url(address)


def test_the_terminal_does_the_same(site, tmp_path):
    file = tmp_path / "fib.py"
    file.write_bytes(SOURCE.encode())
    site.run("users", "create", "carol", "--email", "carol@example.org", "--password-stdin", given=PASSWORD.encode())
    added = site.run("snaps", "add", str(file), "--user", "carol", "--audience", "public").stdout.decode().strip()
    assert urllib.request.urlopen(f"{added}/raw").read() == SOURCE.encode()
    curl = ["curl", "-sS", "-u", f"carol:{PASSWORD}", "--data-binary", f"@{file}", "-H", "Content-Type: text/plain"]
    answer = subprocess.run([*curl, f"{site.url}/api/v1/snaps?name=fib.py"], capture_output=True, check=True).stdout
    assert b'"name":"fib.py"' in answer.replace(b" ", b"")


@pytest.mark.parametrize("viewport", [DESK], ids=["desk"], indirect=True)
@pytest.mark.parametrize("has_scripts", [True], ids=["with-scripts"], indirect=True)
def test_the_keyboard_alone_is_enough(site, visitor):
    sign_up(visitor, site.url, "dora")
    address = share(visitor, site.url, "keys.py", "Members")
    visitor.goto(site.url)
    press(visitor, "Tab")
    expect(visitor.get_by_role("link", name="Skip to content")).to_be_focused()
    press(visitor, "Enter")
    expect(visitor.get_by_role("main")).to_be_focused()
    press(visitor, "/")
    expect(visitor.get_by_role("searchbox", name="Search")).to_be_focused()
    visitor.keyboard.type("keys")
    press(visitor, "Enter")
    expect(visitor).to_have_url(re.compile(r"/search\?q=keys"))
    link = visitor.get_by_role("link", name="keys.py")
    for _ in range(40):
        if link.evaluate("node => node === document.activeElement"):
            break
        press(visitor, "Tab")
    press(visitor, "Enter")
    expect(visitor).to_have_url(address)
    press(visitor, "?")
    expect(visitor.get_by_role("dialog")).to_be_visible()
    press(visitor, "Escape")
    press(visitor, "n")
    snap = visitor.locator("#new-entry").get_by_role("link", name="Snap")
    for _ in range(5):
        if snap.evaluate("node => node === document.activeElement"):
            break
        press(visitor, "Tab")
    press(visitor, "Enter")
    expect(visitor).to_have_url(f"{site.url}/snaps/add")
