import pytest

from commonplace.web.kept_pages import KEPT_FOR_S, KEY, KeptPages, page_for


@pytest.fixture
def made(app):
    """The texts that the page below was made of, whenever it was made."""
    made = []

    @app.get("/kept/<text>")
    def kept(text):
        return page_for("stamp" if text == "same" else text, lambda: made.append(text) or f"<p>{text}")

    return made


def test_a_page_is_made_once_for_all_visitors(app, made):
    first, second = (app.test_client().get("/kept/same") for _ in range(2))
    assert made == ["same"]
    assert first.data == second.data == b"<p>same"
    assert second.content_type == "text/html; charset=utf-8"
    assert second.headers["Vary"] == "Cookie"


def test_another_stamp_or_address_has_a_page_of_its_own(client, made):
    for address in ("/kept/same", "/kept/other", "/kept/same?as=text", "/kept/same"):
        client.get(address)
    assert made == ["same", "other", "same"]


def test_who_brings_a_cookie_gets_a_page_of_their_own(client, made):
    client.get("/kept/same")
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("message", "Hello.")]
    client.get("/kept/same")
    client.get("/kept/same")
    assert made == ["same"] * 3


def test_a_page_is_kept_for_some_seconds_only(app, client, made, monkeypatch):
    client.get("/kept/same")
    now = [0.0]
    monkeypatch.setattr("commonplace.web.kept_pages.time.monotonic", lambda: now[0])
    pages: KeptPages = app.extensions[KEY]
    pages.keep("key", b"page")
    now[0] = KEPT_FOR_S - 0.1
    assert pages.find("key") == b"page"
    now[0] = KEPT_FOR_S
    assert pages.find("key") is None


def test_memory_is_bounded_and_the_oldest_make_way():
    pages = KeptPages(memory_bytes=80)
    for number in range(20):
        pages.keep(number, b"x" * 10)
    assert [number for number in range(20) if pages.find(number)] == list(range(12, 20))
    pages.keep("large", b"x" * 11)
    assert pages.find("large") is None
    assert pages.find(19)
    pages.keep(19, b"y" * 10)
    assert pages.find(19) == b"y" * 10
    assert pages.find(12)
