import re

import pytest

from commonplace.timeline import queries
from commonplace.timeline.rules import AWAY
from commonplace.users.models import Block
from tests.doors import sign_in
from tests.factories import make_snap


@pytest.fixture
def client(app, stage):
    client = app.test_client()
    sign_in(client, stage.reader)
    return client


def names(page):
    return re.findall(r'<h2 class="entry__title">\s*<a href="[^"]*">([^<]*)</a>', page)


def test_who_is_not_signed_in_learns_what_this_is_and_sees_what_is_public(app, session, stage):
    stage.share(2)
    make_snap(session, stage.stranger, name="open.py", audience="public")
    session.commit()
    page = app.test_client().get("/").text
    assert names(page) == ["open.py"]
    assert "Sign up" in page
    assert app.test_client().get("/users/feed").status_code == 302


@pytest.mark.parametrize("address", ["/", "/users/feed"])
def test_the_feed_holds_what_the_reader_and_the_followed_shared_newest_first(client, session, stage, address):
    ada, bob, _ = stage.authors
    make_snap(session, ada, name="1.py", audience="followers")
    make_snap(session, stage.stranger, name="2.py", audience="public")
    make_snap(session, stage.reader, name="3.py", audience="members")
    make_snap(session, bob, name="4.py", audience="unlisted")
    make_snap(session, stage.reader, name="5.py", audience="private")
    make_snap(session, bob, name="6.py", audience="public")
    session.commit()
    assert names(client.get(address).text) == ["6.py", "3.py", "1.py"]


def test_pages_never_repeat_or_skip_while_others_write(client, session, stage):
    for number in range(45):
        make_snap(session, stage.authors[number % 3], name=f"{number:02}.py", audience="members")
    session.commit()
    read, address = [], "/"
    while address:
        page = client.get(address).text
        read += names(page)
        older = re.search(r'rel="next"\s+href="([^"]+)"', page)
        address = older and older[1].replace("&amp;", "&")
        make_snap(session, stage.authors[0], name="new.py", audience="members")
        session.commit()
    assert read == [f"{number:02}.py" for number in reversed(range(45))]


def test_an_empty_feed_says_what_to_do_next(client):
    page = client.get("/").text
    assert "Nothing in your feed yet" in page
    assert 'href="/explore"' in page
    assert 'href="/users/"' in page


def test_one_kind_only(client, session, stage):
    make_snap(session, stage.reader, name="mine.py", audience="members")
    session.commit()
    assert names(client.get("/?kind=snap").text) == ["mine.py"]
    assert client.get("/?kind=nonsense").status_code == 404


def test_what_is_new_since_the_reader_was_here_stands_above_a_mark_that_the_server_keeps(
    client, session, stage, monkeypatch
):
    for name in ("1.py", "2.py"):
        make_snap(session, stage.authors[0], name=name, audience="members")
    session.commit()
    assert "You were here" not in client.get("/").text
    visit = queries.get_visit(session, stage.reader)
    session.rollback()
    make_snap(session, stage.authors[0], name="3.py", audience="members")
    session.commit()
    assert "You were here" not in client.get("/").text  # they are still here
    later = visit.seen_on + 3 * AWAY
    monkeypatch.setattr("commonplace.timeline.views.clock.now", lambda: later)
    make_snap(session, stage.authors[0], name="4.py", audience="members", created_on=visit.seen_on + AWAY)
    session.commit()
    for _ in range(2):  # and when the page is loaded again
        page = client.get("/").text
        above, below = page.split("You were here")
        assert (names(above), names(below)) == (["4.py"], ["3.py", "2.py", "1.py"])


def test_what_the_reader_shared_alone_is_not_new_to_them(client, session, stage, monkeypatch):
    make_snap(session, stage.authors[0], audience="members")
    session.commit()
    client.get("/")
    seen_on = queries.get_visit(session, stage.reader).seen_on
    monkeypatch.setattr("commonplace.timeline.views.clock.now", lambda: seen_on + 3 * AWAY)
    make_snap(session, stage.reader, audience="members", created_on=seen_on + AWAY)
    session.commit()
    assert "You were here" not in client.get("/").text
    make_snap(session, stage.authors[0], audience="members", created_on=seen_on + AWAY)
    session.commit()
    assert "You were here" in client.get("/").text


def test_the_mark_stands_where_it_belongs_on_whatever_page_that_is(client, session, stage, monkeypatch):
    def add(number, **values):
        for name in range(number):
            make_snap(session, stage.authors[0], name=f"{name}.py", audience="members", **values)
        session.commit()

    add(5)
    client.get("/")
    seen_on = queries.get_visit(session, stage.reader).seen_on
    session.rollback()
    monkeypatch.setattr("commonplace.timeline.views.clock.now", lambda: seen_on + 3 * AWAY)
    add(40, created_on=seen_on + AWAY)
    marks, address = [], "/"
    while address:
        page = client.get(address).text
        marks.append(len(names(page.split("You were here")[0])) if "You were here" in page else None)
        older = re.search(r'rel="next"\s+href="([^"]+)"', page)
        address = older and older[1].replace("&amp;", "&")
    assert marks == [None, None, 0]  # on top of the third page, for there are 40 above it
    assert "You were here" not in client.get("/?kind=snap").text


def test_newer_entries_are_counted_and_offered(client, session, stage):
    make_snap(session, stage.authors[0], audience="members")
    session.commit()
    offer = re.search(r'data-feed-offer="([^"]+)"', client.get("/").text)[1].replace("&amp;", "&")
    assert client.get(offer).json == {"count": 0}
    make_snap(session, stage.authors[1], audience="members")
    make_snap(session, stage.stranger, audience="members")
    make_snap(session, stage.authors[2], audience="private")
    session.commit()
    assert client.get(offer).json == {"count": 1}
    session.add(Block(blocker_id=stage.authors[1].id, blocked_id=stage.reader.id))
    session.commit()
    assert client.get(offer).json == {"count": 0}
    assert client.get("/users/feed/newer?than=nonsense").status_code == 400
    assert client.get("/users/feed/newer").status_code == 400


def test_an_older_page_has_no_offer(client, session, stage):
    for _ in range(21):
        make_snap(session, stage.reader, audience="members")
    session.commit()
    older = re.search(r'rel="next"\s+href="([^"]+)"', client.get("/").text)[1]
    assert "data-feed-offer" not in client.get(older.replace("&amp;", "&")).text
