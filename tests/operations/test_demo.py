from importlib.resources import files

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from commonplace.core.errors import Conflict
from commonplace.core.highlight import find_language
from commonplace.entries.models import AUDIENCES, Entry, Like
from commonplace.mail.models import Mail
from commonplace.operations.demo import demo as command
from commonplace.posts.models import Post, PostTag
from commonplace.snaps.models import Snap, SnapRevision
from commonplace.users.models import Follow, User
from tests.doors import sign_in
from tests.factories import make_user

CONTENT = files("commonplace.operations") / "demo_content"
TABLES = (User, Follow, Entry, Snap, SnapRevision, Post, PostTag, Like, Mail)


@pytest.fixture
def demo(house):
    return lambda: CliRunner().invoke(command, obj=house)


@pytest.fixture
def filled(demo, session):
    ended = demo()
    assert ended.exit_code == 0, ended.output
    return session.scalars(select(Snap).order_by(Snap.id)).all()


def count_rows(session):
    session.expire_all()
    return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_the_site_is_filled_with_a_bit_of_everything(filled, session):
    assert {snap.audience for snap in filled} == set(AUDIENCES)
    assert len({language.name for snap in filled if (language := find_language(snap.extension))}) >= 18
    assert any(snap.revision == 3 for snap in filled)
    assert any(snap.forked_from_id for snap in filled)
    assert any(snap.expires_on for snap in filled)
    assert any(snap.deleted_on for snap in filled)
    assert session.scalar(select(func.count()).select_from(User).where(User.role == "owner")) == 1
    assert session.scalar(select(func.count()).select_from(Follow)) > 0


def test_what_happened_happened_in_its_order(filled, session):
    assert [snap.created_on for snap in filled] == sorted(snap.created_on for snap in filled)
    for snap in filled:
        kept = select(SnapRevision.created_on).where(SnapRevision.snap_id == snap.id).order_by(SnapRevision.number)
        versions = [*session.scalars(kept), snap.edited_on or snap.created_on]
        moments = [session.get(User, snap.author_id).created_on, *versions]
        assert moments == sorted(set(moments)), snap.name
        assert versions[0] == snap.created_on


def test_nobody_is_asked_by_mail_for_an_address_that_is_not_there(filled, session):
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_every_file_is_used_and_all_of_them_are_small(filled, session):
    there = [path.read_bytes() for folder in CONTENT.joinpath("snaps").iterdir() for path in folder.iterdir()]
    contents = [*session.scalars(select(Snap.content)), *session.scalars(select(SnapRevision.content))]
    assert sorted(content.encode() for content in contents) == sorted(there)
    assert sum(map(len, there)) < 120 * 1024


def test_a_second_run_changes_nothing_and_says_so(filled, demo, session):
    before = count_rows(session)
    session.rollback()
    again = demo()
    assert again.exit_code == 0
    assert "nothing was changed" in again.stdout
    assert count_rows(session) == before


def test_a_site_in_use_is_left_as_it_is(demo, session):
    make_user(session, "somebody")
    session.commit()
    ended = demo()
    assert isinstance(ended.exception, Conflict)
    assert "nothing was changed" in ended.exception.message
    assert count_rows(session)[:3] == [1, 0, 0]


def test_everybody_signs_in_as_told_and_finds_their_snaps_on_their_pages(filled, app, demo, session):
    people = session.scalars(select(User)).all()
    session.rollback()
    told = demo().stdout
    password = told.split("with the password ")[1].split()[0]
    for person in people:
        assert person.username in told
        client = app.test_client()
        sign_in(client, person, password)
        for snap in (snap for snap in filled if snap.author_id == person.id):
            page = client.get(f"/snaps/{snap.hash_key}")
            assert page.status_code == (404 if snap.deleted_on else 200), snap.name
            assert (snap.name in page.text) == (snap.deleted_on is None)
