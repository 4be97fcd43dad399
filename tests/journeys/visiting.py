"""What visitors do in every story, in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PASSWORD = "a gentle summer rain"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def check_page(page: Page, *, has_scripts: bool):
    """Nobody is shut out, and nothing sticks out at the side."""
    if has_scripts:
        violations = Axe().run(page).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations] == []
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, page.url


def sign_up(page: Page, url: str, name: str):
    """Make an account by the page for it."""
    page.goto(f"{url}/users/signup")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.wait_for_url(lambda address: not address.endswith("/users/signup"))


def press(page: Page, key: str):
    """Press a key once the page has come whole, so that its scripts listen."""
    page.wait_for_load_state()
    page.keyboard.press(key)
