import re
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import select

from commonplace.timeline.models import FeedToken
from commonplace.users.models import Block
from tests.doors import send, sign_in
from tests.factories import make_snap

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def address(app, session, stage):
    """The secret address that the reader made on the page for it."""
    make_snap(session, stage.authors[0], name="followers.py", audience="followers")
    make_snap(session, stage.stranger, name="stranger.py", audience="public")
    session.commit()
    client = app.test_client()
    sign_in(client, stage.reader)
    page = send(client, "/users/settings/feeds").text
    return re.search(r'value="http://localhost(/feeds/[^"]+\.atom)"', page)[1]


def titles(response):
    return [title.text for title in fromstring(response.data).findall("a:entry/a:title", ATOM)]  # noqa: S314 - our own


def test_a_feed_reader_reads_the_feed_by_its_secret_address_without_signing_in(app, address):
    response = app.test_client().get(address)
    assert response.mimetype == "application/atom+xml"
    assert titles(response) == ["followers.py"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_the_feed_does_not_tell_its_own_address(app, address):
    assert address.split("/")[-1].removesuffix(".atom") not in app.test_client().get(address).text


def test_the_address_is_shown_once_and_can_be_revoked(app, session, stage, address):
    client = app.test_client()
    sign_in(client, stage.reader)
    page = client.get("/users/settings/feeds")
    assert address not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    token_id = session.scalars(select(FeedToken.id)).one()
    session.rollback()
    gone = send(client, f"/users/settings/feeds/{token_id}/delete", at="/users/settings/feeds")
    assert gone.status_code == 302
    assert app.test_client().get(address).status_code == 404


def test_it_shows_what_the_reader_may_see_now(app, session, stage, address):
    session.add(Block(blocker_id=stage.authors[0].id, blocked_id=stage.reader.id))
    session.commit()
    assert titles(app.test_client().get(address)) == []


def test_its_use_is_noted(app, session, address):
    app.test_client().get(address)
    assert session.scalars(select(FeedToken.used_on)).one() is not None


def test_nobody_revokes_what_is_not_theirs(app, session, stage, address):
    client = app.test_client()
    sign_in(client, stage.stranger)
    token_id = session.scalars(select(FeedToken.id)).one()
    session.rollback()
    refused = send(client, f"/users/settings/feeds/{token_id}/delete", at="/users/settings/feeds")
    assert refused.status_code == 404
    assert app.test_client().get(address).status_code == 200
