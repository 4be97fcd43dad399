import re

import pytest

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


def opened(client, snap):
    """Open the page to edit a snap, and return what its form would send untouched."""
    address = f"/snaps/{snap.hash_key}/edit"
    page = client.get(address).text
    version = re.search(r'name="version"[^>]* value="(\d+)"', page)[1]
    fixed = {"audience": "public", "expiry": "never", "extension": "py", "name": snap.name}
    return fixed | {"csrf_token": csrf_token(client, address), "version": version}


def now(session, snap):
    session.rollback()  # what it read so far is of one moment
    session.expire_all()
    return session.get(Snap, snap.id)


def test_a_new_name_alone_leaves_every_byte_of_the_text(as_ada, session, ada):
    mixed = "a\r\nb\nc\rd"
    snap = make_snap(session, ada, content=mixed, name="a.py")
    session.commit()
    form = opened(as_ada, snap) | {"name": "b.py", "content": "a\r\nb\r\nc\r\nd"}
    assert as_ada.post(f"/snaps/{snap.hash_key}/edit", data=form).status_code == 302
    assert (now(session, snap).name, now(session, snap).content) == ("b.py", mixed)


def test_what_changed_meanwhile_is_told_before_it_is_replaced(as_ada, session, ada):
    snap = make_snap(session, ada, content="old", name="a.py")
    session.commit()
    address = f"/snaps/{snap.hash_key}/edit"
    first, second = opened(as_ada, snap), opened(as_ada, snap)
    assert as_ada.post(address, data=first | {"content": "from the first"}).status_code == 302
    told = as_ada.post(address, data=second | {"content": "from the second"})
    assert told.status_code == 200
    assert "Somebody changed this meanwhile" in told.text
    assert f'href="/snaps/{snap.hash_key}"' in told.text.partition("Somebody changed")[2].partition("</p>")[0]
    assert "from the second" in told.text
    assert now(session, snap).content == "from the first"
    again = re.search(r'name="version"[^>]* value="(\d+)"', told.text)[1]
    assert as_ada.post(address, data=second | {"content": "from the second", "version": again}).status_code == 302
    assert now(session, snap).content == "from the second"


def test_former_versions_stay_with_those_whom_they_were_for(client, app, session, ada):
    snap = make_snap(session, ada, content="draft one", audience="private")
    for content, audience in (("draft two", "private"), ("done", "public"), ("done again", "public")):
        service.edit_snap(session, ada, snap, SnapValues(content, name=snap.name, audience=audience))
    session.commit()
    here = f"/snaps/{snap.hash_key}/revisions"
    assert re.findall(r"revisions/(\d+)", client.get(here).text) == ["3"]
    assert [client.get(f"{here}/{number}").status_code for number in (1, 2, 3)] == [404, 404, 200]
    sign_in(client, ada)
    assert re.findall(r"revisions/(\d+)", client.get(here).text) == ["3", "2", "1"]
    assert "draft two" in client.get(f"{here}/1").text
    assert "stay with those" in client.get(f"/snaps/{snap.hash_key}/edit").text


def test_one_line_is_called_one_line(client, session, ada):
    keys = [make_snap(session, ada, content=content).hash_key for content in ("a\n", "a\nb")]
    session.commit()
    pages = [client.get(f"/snaps/{key}").text for key in keys]
    assert [re.search(r'aria-label="hello.py, (.*?)"', page)[1] for page in pages] == ["1 line", "2 lines"]


def test_many_former_versions_are_paged(client, session, ada):
    snap = make_snap(session, ada, content="0")
    for number in range(1, 26):
        service.edit_snap(session, ada, snap, SnapValues(str(number), name=snap.name, audience="public"))
    session.commit()
    page = client.get(f"/snaps/{snap.hash_key}/revisions").text
    assert re.findall(r"revisions/(\d+)", page) == [str(number) for number in range(25, 5, -1)]
    older = re.search(r'href="([^"]*cursor=[^"]*)"', page)[1]
    assert re.findall(r"revisions/(\d+)", client.get(older).text) == ["5", "4", "3", "2", "1"]
