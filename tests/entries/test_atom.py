import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonplace.core import clock
from commonplace.entries.atom import atom_feed
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.users.models import User
from commonplace.users.service_follows import block_user
from tests.doors import sign_in
from tests.factories import make_post, make_snap, make_user

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/@ada.atom", "/snaps/newest.atom")


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    session.commit()
    return user


def read(client, address, **options):
    response = client.get(address, **options)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ET.fromstring(response.data)  # noqa: S314 - our own


def texts(element, tag):
    return [found.text for found in element.findall(ATOM + tag)]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_what_the_standard_requires_newest_first(client, ada, session, address):
    moments = [datetime(2025, 1, day, 12, 0, 0, 5, tzinfo=UTC) for day in (1, 2, 3)]
    snaps = [make_snap(session, ada, name=f"{moment.day}.py", created_on=moment) for moment in moments]
    edit_snap(session, ada, snaps[0], SnapValues("edited", name="1.py", audience="public"))
    edited_on = snaps[0].edited_on
    session.commit()
    feed = read(client, address)
    assert feed.tag == f"{ATOM}feed"
    for tag in ("id", "title", "updated"):
        assert len(texts(feed, tag)) == 1
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"].endswith(address)
    assert client.get(links["alternate"]).status_code == 200
    assert datetime.fromisoformat(texts(feed, "updated")[0]) == edited_on
    entries = feed.findall(f"{ATOM}entry")
    assert [texts(entry, "title")[0] for entry in entries] == ["3.py", "2.py", "1.py"]
    for entry, snap in zip(entries, reversed(snaps), strict=True):
        assert texts(entry.find(f"{ATOM}author"), "name") == ["ada"]
        assert datetime.fromisoformat(texts(entry, "published")[0]) == snap.created_on
        assert datetime.fromisoformat(texts(entry, "updated")[0]) == (snap.edited_on or snap.created_on)
        (link,) = entry.findall(f"{ATOM}link")
        assert client.get(link.get("href")).status_code == 200
        assert texts(entry, "summary")[0].strip()
    assert len({*texts(feed, "id"), *(texts(entry, "id")[0] for entry in entries)}) == 4


@pytest.mark.parametrize("address", FEEDS)
def test_an_empty_feed_is_a_feed(client, ada, address):
    feed = read(client, address)
    assert feed.findall(f"{ATOM}entry") == []
    assert clock.now() - datetime.fromisoformat(texts(feed, "updated")[0]) < timedelta(minutes=1)


def test_only_what_the_whole_world_may_see_is_in_a_feed_whoever_asks(client, ada, session):
    for audience in ("private", "followers", "members", "unlisted", "public"):
        make_snap(session, ada, name=f"{audience}.py", audience=audience)
    trashed, expired = make_snap(session, ada), make_snap(session, ada)
    trashed.deleted_on = expired.expires_on = clock.now()
    session.commit()
    for address in FEEDS:
        entries = read(client, address, auth=("ada", "correct horse battery")).findall(f"{ATOM}entry")
        assert [texts(entry, "title")[0] for entry in entries] == ["public.py"]


def test_ids_stay_whatever_is_edited_and_by_whichever_name_the_site_is_reached(client, ada, session, house):
    snap = make_snap(session, ada, name="a.py")
    session.commit()

    def ids(**options):
        feed = read(client, "/@ada.atom", **options)
        return [texts(feed, "id")[0], *(texts(entry, "id")[0] for entry in feed.findall(f"{ATOM}entry"))]

    before = ids()
    assert all(found.startswith(house.settings.site_url) for found in before)
    edit_snap(session, ada, snap, SnapValues("other", name="b.py", audience="public"))
    session.commit()
    assert ids(headers={"Host": "other.example"}) == ids(base_url="https://localhost") == before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=30), text=st.text(max_size=60), title=st.text(max_size=30))
def test_whatever_stands_in_an_entry_the_feed_is_well_formed(app, name, text, title):
    snap = Snap(
        kind="snap", hash_key="0" * 22, name=name, preview=text, author=User(username="ada"), created_on=clock.now()
    )
    with app.test_request_context("/@ada.atom"):
        feed = ET.fromstring(atom_feed(title, "http://x/@ada", [snap]).data)  # noqa: S314 - our own
    entry = feed.find(f"{ATOM}entry")
    for tag, given_ in (("title", name), ("summary", text)):
        shown = texts(entry, tag)[0] or ""
        if given_.isprintable():
            assert shown == given_
        assert len(shown) == len(given_.replace("\r\n", "\n"))


def test_what_changes_the_order_of_text_is_spelt_out(client, session):
    make_snap(session, make_user(session), content="if \u202e user:")
    session.commit()
    feed = client.get("/snaps/newest.atom").text
    assert "if [U+202E] user:" in feed
    assert "\u202e" not in feed


@pytest.mark.parametrize("address", FEEDS)
def test_who_has_the_present_feed_is_told_so_and_nothing_else(client, ada, session, address):
    make_snap(session, ada, name="1.py")
    session.commit()
    etag = client.get(address).headers["ETag"]
    same = client.get(address, headers={"If-None-Match": etag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", etag)
    make_snap(session, ada, name="2.py")
    session.commit()
    assert len(texts(read(client, address, headers={"If-None-Match": etag}), "entry")) == 2


@pytest.mark.parametrize("is_blocker", [True, False])
def test_whoever_is_signed_in_reads_nothing_of_whom_a_block_keeps_from_them(client, ada, session, is_blocker):
    bob = make_user(session, "bob")
    make_snap(session, ada, name="1.py")
    make_snap(session, bob, name="2.py")
    make_post(session, ada, "One #loaf.")
    session.flush()
    block_user(session, *((bob, ada) if is_blocker else (ada, bob)))
    session.commit()
    addresses = {"/snaps/newest.atom": 2, "/posts/newest.atom": 1, "/tags/loaf.atom": 1}
    for address, number in addresses.items():
        assert len(texts_of_entries(client, address)) == number
    sign_in(client, bob)
    assert texts_of_entries(client, "/snaps/newest.atom") == ["2.py"]
    assert texts_of_entries(client, "/posts/newest.atom") == texts_of_entries(client, "/tags/loaf.atom") == []


def texts_of_entries(client, address):
    return [texts(entry, "title")[0] for entry in read(client, address).findall(f"{ATOM}entry")]
