import re
from datetime import timedelta
from html import unescape

import pytest

from commonplace.core import clock
from commonplace.entries.models import AUDIENCES, Entry
from commonplace.users.service import rename_user
from tests.doors import send, sign_in
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    session.commit()
    return user


@pytest.fixture
def as_ada(client, ada):
    sign_in(client, ada)
    return client


def listed(page):
    """The names of the entries on a page, in their order."""
    return re.findall(r'<a[^>]*href="/snaps/[0-9A-Za-z]{22}"[^>]*>\s*([^<]+?)\s*</a>', page)


def older(page):
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def walk(client, address):
    """Every entry of a list, as one finds them by going from page to page."""
    names = []
    while address:
        response = client.get(address)
        assert response.status_code == 200
        names.extend(listed(response.text))
        address = older(response.text)
    return names


def test_every_list_that_is_empty_says_what_to_do_next(client, as_ada, ada):
    for address, words in {
        "/explore": "Nothing public yet",
        "/trash": "The trash is empty",
        "/@ada": "What you share stands here",
        "/search?q=nothing": "Try fewer words",
        "/search?q=%22%20-%20%22": "signs alone are not searched",
        "/search?q=-only": "Type at least one whole word",
        "/users/settings/export": "You have not asked for an archive",
    }.items():
        assert words in as_ada.get(address).text, address
    send(as_ada, "/users/logout", at="/")
    assert "will stand here" in client.get("/@ada").text


@pytest.mark.parametrize("address", ["/", "/explore", "/@ada", "/search?q=python+-unwanted", "/trash"])
def test_the_links_on_the_pages_lead_through_the_whole_list_once(as_ada, ada, session, address):
    snaps = [make_snap(session, ada, name=f"{number:02}.py", content="python & more") for number in range(45)]
    for snap in snaps:
        snap.deleted_on = clock.now() if address == "/trash" else None
    session.commit()
    first = as_ada.get(address).text
    make_snap(session, ada, name="meanwhile.py", content="python")
    session.commit()
    names = listed(first) + walk(as_ada, older(first))
    assert names == [snap.name for snap in reversed(snaps)]
    second = as_ada.get(older(first)).text
    assert re.search(r'class="button" href="([^"]+)">Newest', second)
    assert 'rel="next"' not in as_ada.get(older(second)).text


def test_a_cursor_that_is_none_is_told_and_breaks_nothing(as_ada):
    for address in ("/", "/explore", "/@ada", "/search?q=x", "/trash", "/snaps/"):
        joint = "&" if "?" in address else "?"
        for cursor in ("x", "%01", "AAAA", "ÿ", "9" * 400):
            response = as_ada.get(f"{address}{joint}cursor={cursor}")
            assert response.status_code == 400, (address, cursor)
            assert "not a cursor" in response.text


def test_a_person_is_found_by_any_spelling_and_by_a_former_name_and_sent_to_the_present_one(client, ada, session):
    rename_user(session, ada, "Countess")
    session.commit()
    for name in ("ada", "ADA", "countess", "COUNTESS"):
        for suffix in ("", ".atom"):
            response = client.get(f"/@{name}{suffix}")
            assert (response.status_code, response.headers["Location"]) == (301, f"/@Countess{suffix}")
    assert client.get("/@Countess").status_code == 200
    for name in ("nobody", "%00", "a%0Ab", "x" * 500, "%F0%9F%92%A9"):
        assert client.get(f"/@{name}").status_code == 404, name


def without_particulars(response):
    """An error page without the number of the request and the address asked for."""
    return re.sub(r"<code>\w+</code>|nobody|ada(\.atom)?", "", response.text)


@pytest.mark.parametrize("absence", ["closed_on", "suspended_on"])
def test_an_account_that_is_closed_or_suspended_answers_as_one_that_never_was(client, ada, session, absence):
    make_snap(session, ada)
    setattr(ada, absence, clock.now())
    session.commit()
    absent = without_particulars(client.get("/@nobody"))
    for address in ("/@ada", "/@ada.atom"):
        response = client.get(address)
        assert response.status_code == 404
        assert without_particulars(response) == absent
    assert listed(client.get("/").text) == []


def test_what_a_person_says_of_themselves_is_rendered_and_runs_nothing(client, ada, session):
    ada.about = "# Hello\n\n*Maker* of <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    session.commit()
    page = client.get("/@ada").text
    about = page.split('<div class="prose">')[1].split("</div>")[0]
    assert "<em>Maker</em>" in about
    assert "<script" not in about
    assert "<img" not in about
    assert 'href="javascript:' not in about


def test_on_ones_own_page_stands_what_others_do_not_see(as_ada, ada, session):
    for audience in AUDIENCES:
        make_snap(session, ada, name=f"{audience}.py", audience=audience)
    session.commit()
    assert set(listed(as_ada.get("/@ada").text)) == {f"{audience}.py" for audience in AUDIENCES}
    send(as_ada, "/users/logout", at="/")
    assert listed(as_ada.get("/@ada").text) == ["public.py"]


def test_search_finds_what_the_viewer_may_see_and_shows_the_words_again(client, ada, session):
    make_snap(session, ada, name="open.py", content="needle <b>")
    make_snap(session, ada, name="hidden.py", content="needle", audience="private")
    make_snap(session, ada, name="unlisted.py", content="needle", audience="unlisted")
    session.commit()
    assert listed(client.get("/search?q=needle").text) == ["open.py"]
    page = client.get('/search?q="><script>alert(1)</script>needle').text
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page
    sign_in(client, ada)
    assert set(listed(client.get("/search?q=needle").text)) == {"open.py", "hidden.py", "unlisted.py"}
    assert listed(client.get("/search").text) == []


def test_a_search_longer_than_any_is_cut_and_answered(client):
    for asked in ("x" * 5000, "%01" * 300, "-" * 5000, "%22" * 999, "a+" * 999):
        assert client.get(f"/search?q={asked}").status_code == 200


def test_the_trash_gives_back_or_removes_for_good(as_ada, ada, session):
    kept, gone = make_snap(session, ada, name="kept.py"), make_snap(session, ada, name="gone.py")
    session.commit()
    kept_key, gone_key = kept.hash_key, gone.hash_key
    for snap in (kept, gone):
        send(as_ada, f"/snaps/{snap.hash_key}/delete", at=f"/snaps/{snap.hash_key}")
    assert set(listed(as_ada.get("/trash").text)) == {"kept.py", "gone.py"}
    restored = send(as_ada, f"/trash/{kept_key}/restore", at="/trash")
    assert restored.headers["Location"] == f"/snaps/{kept_key}"
    assert as_ada.get(restored.headers["Location"]).status_code == 200
    send(as_ada, f"/trash/{gone_key}/purge", at="/trash")
    assert listed(as_ada.get("/trash").text) == []
    session.expire_all()
    assert [entry.hash_key for entry in session.query(Entry)] == [kept_key]
    for act in ("restore", "purge"):
        for hash_key in (gone_key, kept_key, "0" * 22, "x"):
            assert send(as_ada, f"/trash/{hash_key}/{act}", at="/users/settings/export").status_code == 404


def test_the_trash_of_another_is_nobody_elses(client, ada, session):
    snap = make_snap(session, ada)
    snap.deleted_on = clock.now()
    bob = make_user(session, "bob", role="owner")
    session.commit()
    sign_in(client, bob)
    assert listed(client.get("/trash").text) == []
    for act in ("restore", "purge"):
        assert send(client, f"/trash/{snap.hash_key}/{act}", at="/users/settings/export").status_code == 404
    session.expire_all()
    assert session.get(Entry, snap.id).deleted_on is not None


def test_what_has_expired_in_the_trash_cannot_be_taken_out(as_ada, ada, session):
    snap = make_snap(session, ada)
    snap.deleted_on, snap.expires_on = clock.now(), clock.now() - timedelta(seconds=1)
    session.commit()
    assert listed(as_ada.get("/trash").text) == []
    assert send(as_ada, f"/trash/{snap.hash_key}/restore", at="/users/settings/export").status_code == 404


def test_an_entry_of_a_kind_that_this_site_does_not_offer_breaks_no_page(as_ada, ada, session, app):
    snap = make_snap(session, ada, name="a.py")
    snap.deleted_on = clock.now()
    make_snap(session, ada, name="b.py")
    session.commit()
    app.extensions["kinds"].clear()
    for address in ("/", "/explore", "/@ada", "/search?q=py", "/trash", "/@ada.atom"):
        assert as_ada.get(address).status_code == 200, address
    assert send(as_ada, f"/trash/{snap.hash_key}/restore", at="/users/settings/export").status_code == 404


def test_crawlers_are_told_what_to_leave_alone(client):
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert "Disallow: /search" in response.text
