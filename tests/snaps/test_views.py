import io
import re
from html import unescape

import pytest

from commonplace.entries.service_likes import like_entry, unlike_entry
from commonplace.snaps import service
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues
from tests.doors import csrf_token, sign_in
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


def send(client, address, **values):
    form = {"csrf_token": csrf_token(client, address), "audience": "public", "expiry": "never"} | values
    return client.post(address, data=form)


def snap_at(session, response):
    session.expire_all()
    key = response.headers["Location"].rsplit("/", 1)[-1]
    return session.query(Snap).filter_by(hash_key=key).one()


def test_a_pasted_text_is_shared_with_the_line_ends_it_had(as_ada, session):
    response = send(as_ada, "/snaps/add", content="\r\nprint('<b>')\r\n", name="a.py")
    snap = snap_at(session, response)
    assert (snap.content, snap.name, snap.extension) == ("\nprint('<b>')\n", "a.py", "py")
    page = as_ada.get(response.headers["Location"])
    assert "<b>" not in page.text.split("<main", 1)[1].replace("<b>", "", 0).split("listing", 1)[1]
    assert "&lt;b&gt;" in page.text


def test_an_uploaded_file_is_kept_byte_for_byte_under_its_name(as_ada, session):
    file = (io.BytesIO(b"a\r\nb\r\n"), "notes.txt")
    response = send(as_ada, "/snaps/add", content="", file=file)
    snap = snap_at(session, response)
    assert (snap.content, snap.name) == ("a\r\nb\r\n", "notes.txt")


def test_a_fault_of_a_file_is_told_beside_the_file(as_ada):
    for raw, told in ((b"a\nb\0", "NUL character at position 3"), (b"ok\xff", "byte 2")):
        page = send(as_ada, "/snaps/add", content="", file=(io.BytesIO(raw), "notes.txt")).text
        assert told in re.search(r'id="file-error">([^<]*)<', page)[1]
        assert 'id="content-error"' not in page


def test_a_fault_is_shown_beside_its_field_and_the_text_is_still_there(as_ada, session):
    response = send(as_ada, "/snaps/add", content="precious", name="n" * 300)
    assert response.status_code == 200
    assert "at most 255 characters" in response.text
    assert "precious" in response.text
    assert session.query(Snap).count() == 0


def test_an_empty_form_asks_for_something(as_ada):
    response = send(as_ada, "/snaps/add", content="")
    assert response.status_code == 200
    assert "Paste or type something" in response.text


def test_the_edit_form_holds_the_text_and_keeps_crlf(as_ada, session, ada):
    snap = make_snap(session, ada, content="\r\none\r\ntwo\r\n", name="a.txt")
    session.commit()
    page = as_ada.get(f"/snaps/{snap.hash_key}/edit").text
    held = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
    # HTML drops the first line break of a textarea
    assert re.sub(r"\r\n?", "\n", held) == "\n\none\ntwo\n"
    send(as_ada, f"/snaps/{snap.hash_key}/edit", content="\r\none\r\nthree\r\n", name="a.txt")
    session.expire_all()
    assert session.get(Snap, snap.id).content == "\r\none\r\nthree\r\n"


def test_raw_is_plain_text_that_no_browser_runs(client, session, ada):
    snap = make_snap(session, ada, content="<script>alert(1)</script>", name="a.html")
    session.commit()
    response = client.get(f"/snaps/{snap.hash_key}/raw")
    assert response.data == b"<script>alert(1)</script>"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    again = client.get(f"/snaps/{snap.hash_key}/raw", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    part = client.get(f"/snaps/{snap.hash_key}/raw", headers={"Range": "bytes=1-6"})
    assert (part.status_code, part.data) == (206, b"script")
    head = client.head(f"/snaps/{snap.hash_key}/raw")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "25")


def test_a_download_carries_the_name_in_ascii_and_in_full(client, session, ada):
    snap = make_snap(session, ada, name='na"ïve; x.py')
    session.commit()
    disposition = client.get(f"/snaps/{snap.hash_key}/download").headers["Content-Disposition"]
    assert disposition == "attachment; filename=\"na__ve; x.py\"; filename*=UTF-8''na%22%C3%AFve%3B%20x.py"


def test_markdown_is_rendered_with_its_source_beside_it(client, session, ada):
    snap = make_snap(session, ada, content="# Hello\n\n<script>alert(1)</script>", name="a.md")
    session.commit()
    rendered = client.get(f"/snaps/{snap.hash_key}").text
    assert "Hello</h" in rendered
    assert "<script>alert" not in rendered
    assert '<span id="L1">' in client.get(f"/snaps/{snap.hash_key}?source").text


def test_a_text_that_turns_the_direction_of_writing_comes_with_a_warning(client, session, ada):
    snap = make_snap(session, ada, content="x = 1 # \u202e evil", name="a.py")
    session.commit()
    page = client.get(f"/snaps/{snap.hash_key}").text
    assert "direction of writing" in page
    assert "direction of writing" not in client.get("/snaps/").text


def test_the_language_changes_while_viewing_and_nothing_is_saved(client, session, ada):
    snap = make_snap(session, ada, content="def f(): end", name="a.py")
    session.commit()
    assert '<summary class="button button--quiet">Ruby' in client.get(f"/snaps/{snap.hash_key}?as=ruby").text
    session.expire_all()
    assert session.get(Snap, snap.id).extension == "py"


def test_a_deleted_snap_answers_as_one_that_never_was(as_ada, session, ada):
    snap = make_snap(session, ada)
    session.commit()
    address = f"/snaps/{snap.hash_key}"
    as_ada.post(f"{address}/delete", data={"csrf_token": csrf_token(as_ada, address)})
    assert as_ada.get(address).status_code == 404
    assert snap.name in as_ada.get("/trash").text
    as_ada.post(f"/trash/{snap.hash_key}/restore", data={"csrf_token": csrf_token(as_ada, "/trash")})
    assert as_ada.get(address).status_code == 200


def test_a_revision_shows_what_the_next_version_changed(as_ada, session, ada):
    snap = make_snap(session, ada, content="one\ntwo\n", name="a.txt")
    session.commit()
    send(as_ada, f"/snaps/{snap.hash_key}/edit", content="one\n2 < 3\n", name="a.txt")
    page = as_ada.get(f"/snaps/{snap.hash_key}/revisions/1").text
    assert '<span class="difference__line difference__line--removed">two' in page
    assert '<span class="difference__line difference__line--added">2 &lt; 3' in page
    assert "/revisions/1" in as_ada.get(f"/snaps/{snap.hash_key}/revisions").text
    assert as_ada.get(f"/snaps/{snap.hash_key}/revisions/2").status_code == 404


def test_a_fork_credits_its_origin(as_ada, session, ada):
    origin = make_snap(session, make_user(session, "bob"), name="origin.py", content="x = 1")
    session.commit()
    assert "x = 1" in as_ada.get(f"/snaps/add?from={origin.hash_key}").text
    response = send(as_ada, f"/snaps/add?from={origin.hash_key}", content="x = 2", name="mine.py")
    page = as_ada.get(response.headers["Location"]).text
    assert f"/snaps/{origin.hash_key}" in page
    assert "origin.py" in page


def test_lists_hold_what_is_listed_by_language_and_ones_own(as_ada, session, ada):
    make_snap(session, ada, name="hidden.py", audience="unlisted")
    make_snap(session, ada, name="shown.py")
    make_snap(session, make_user(session, "bob"), name="bobs.rb")
    session.commit()
    everything = as_ada.get("/snaps/").text
    assert "shown.py" in everything
    assert "bobs.rb" in everything
    assert "hidden.py" not in everything
    assert "bobs.rb" not in as_ada.get("/snaps/?language=py").text
    own = as_ada.get("/snaps/?own").text
    assert "hidden.py" in own
    assert "bobs.rb" not in own


def test_the_feed_of_new_snaps_holds_public_ones_only(client, session, ada):
    make_snap(session, ada, name="open & shut.py", content="\x1b[1m")
    make_snap(session, ada, name="members.py", audience="members")
    session.commit()
    response = client.get("/snaps/newest.atom")
    assert response.mimetype == "application/atom+xml"
    assert "open &amp; shut.py" in response.text
    assert "members.py" not in response.text


def test_visitors_see_each_change_at_once(app, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, name="first.py")
    session.commit()
    address = f"/snaps/{snap.hash_key}"
    visitor = app.test_client()
    assert "first.py" in visitor.get(address).text
    service.edit_snap(session, ada, snap, SnapValues(content="print()", name="second.py", audience="public"))
    session.commit()
    assert "second.py" in visitor.get(address).text
    ada.username = "countess"
    session.commit()
    assert "countess" in visitor.get(address).text
    service.edit_snap(session, ada, snap, SnapValues(content="print()", name="second.py", audience="members"))
    session.commit()
    assert visitor.get(address).status_code == 404


def test_a_fork_tells_no_visitor_of_an_origin_that_was_hidden_a_moment_ago(app, session):
    ada = make_user(session, "ada")
    origin = make_snap(session, ada, name="origin.py")
    fork = service.share_snap(
        session, ada, SnapValues(content="x", name="fork.py", audience="public"), forked_from=origin
    )
    session.commit()
    visitor = app.test_client()
    assert "origin.py" in visitor.get(f"/snaps/{fork.hash_key}").text
    origin.audience = "private"
    session.commit()
    assert "origin.py" not in visitor.get(f"/snaps/{fork.hash_key}").text


MARK = '<span class="bidi" title="U+202E">'
WARNING = "invisible signs that change the direction of writing"


def test_what_changes_the_order_of_text_is_marked_and_warned_of_wherever_it_is_shown(client, session, ada):
    code = make_snap(session, ada, content="a\u202eb", name="a.py")
    prose = make_snap(session, ada, content="a &#x202e; b", name="a.md")
    changed = make_snap(session, ada, content="former \u202e text")
    service.edit_snap(session, ada, changed, SnapValues("now", name=changed.name, audience="public"))
    ada.about = "me \u202e myself"
    session.commit()
    for address in (f"/snaps/{code.hash_key}", f"/snaps/{prose.hash_key}", f"/snaps/{changed.hash_key}/revisions/1"):
        page = client.get(address).text
        assert MARK in page
        assert WARNING in page
    difference, _, text = client.get(f"/snaps/{changed.hash_key}/revisions/1").text.partition("<h2>")
    assert MARK in difference
    assert MARK in text
    assert MARK in client.get("/snaps/").text
    assert MARK in client.get("/@ada").text.partition("<article")[0]
    assert WARNING not in client.get(f"/snaps/{changed.hash_key}").text


def test_of_a_very_long_text_the_beginning_is_shown_with_a_way_to_all_of_it(client, session, ada):
    snap = make_snap(session, ada, content="\n" * 1_000_000)
    session.commit()
    page = client.get(f"/snaps/{snap.hash_key}")
    assert "too long for a page" in page.text
    assert f'href="/snaps/{snap.hash_key}/raw">See all of it' in page.text
    assert len(page.data) < 2_000_000
    assert len(client.get(f"/snaps/{snap.hash_key}/raw").data) == 1_000_000


def test_visitors_see_a_like_at_once_and_that_it_ended(app, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada)
    session.commit()
    visitor = app.test_client()
    for number in (0, 1, 0):
        (like_entry if number else unlike_entry)(session, snap, ada)
        session.commit()
        assert visitor.get(f"/snaps/{snap.hash_key}").text.count("1 like") == number
