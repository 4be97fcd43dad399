from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import Forbidden, Invalid, NotFound
from commonplace.snaps import queries, service
from commonplace.snaps.queries_revisions import get_revision, list_numbers, list_revisions
from commonplace.snaps.service import SnapValues
from tests.factories import make_snap, make_user


def read(session, viewer, snap):
    session.expire_all()
    return queries.get_snap(session, viewer, snap.hash_key, with_content=True)


def test_a_snap_is_kept_with_all_that_was_given(session):
    ada = make_user(session, "ada")
    expires_on = clock.now() + timedelta(days=1)
    values = SnapValues("\ufeffa\r\nb\n\n", name="x/notes.md", audience="unlisted", expires_on=expires_on)
    snap = read(session, ada, service.share_snap(session, ada, values))
    assert snap.content == "\ufeffa\r\nb\n\n"
    assert (snap.name, snap.extension, snap.audience, snap.expires_on) == ("notes.md", "md", "unlisted", expires_on)
    assert (snap.size, snap.lines, snap.revision) == (9, 3, 1)
    assert len(snap.hash_key) == 22


def test_an_edit_keeps_what_the_snap_was(session):
    ada = make_user(session, "ada")
    snap = service.share_snap(session, ada, SnapValues("one", name="a.txt"))
    service.edit_snap(session, ada, snap, SnapValues("two", name="b.txt"))
    service.edit_snap(session, ada, snap, SnapValues("three", name="b.txt"))
    kept = list_revisions(session, ada, snap, cursor=None, limit=9).items
    assert [(revision.number, revision.name) for revision in kept] == [(2, "b.txt"), (1, "a.txt")]
    assert get_revision(session, ada, snap, 1).content == "one"
    assert get_revision(session, ada, snap, 2).content == "two"
    assert read(session, ada, snap).content == "three"
    assert read(session, ada, snap).revision == 3


def test_a_change_of_audience_alone_makes_no_revision(session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, content="same", name="a.txt")
    service.edit_snap(session, ada, snap, SnapValues("same", name="a.txt", audience="private"))
    assert list_numbers(session, snap) == []
    with pytest.raises(NotFound):
        queries.get_snap(session, None, snap.hash_key)


def test_an_edit_that_changes_nothing_changes_nothing(session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, content="same", name="a.txt")
    before = (snap.version, snap.edited_on, snap.revision)
    service.edit_snap(session, ada, snap, SnapValues("same", name="a.txt", audience="public"))
    session.flush()
    assert (snap.version, snap.edited_on, snap.revision) == before
    service.edit_snap(session, ada, snap, SnapValues("same", name="a.txt", audience="private"))
    assert snap.version == before[0] + 1


def test_only_its_author_may_edit_a_snap(session):
    snap = make_snap(session, make_user(session, "ada"))
    with pytest.raises(Forbidden):
        service.edit_snap(session, make_user(session, "bob"), snap, SnapValues("mine"))


def test_a_snap_that_expires_later_may_be_edited_without_touching_that(session):
    ada = make_user(session, "ada")
    soon = clock.now() + timedelta(minutes=5)
    snap = service.share_snap(session, ada, SnapValues("one", expires_on=soon))
    assert service.edit_snap(session, ada, snap, SnapValues("two", expires_on=soon)).expires_on == soon
    with pytest.raises(Invalid):
        service.edit_snap(session, ada, snap, SnapValues("two", expires_on=clock.now()))


def test_a_fork_outlives_its_origin_and_never_names_what_is_hidden(session):
    ada, bob = make_user(session, "ada"), make_user(session, "bob")
    origin = make_snap(session, ada, audience="members")
    fork = service.share_snap(session, bob, SnapValues("mine now"), forked_from=origin)
    assert queries.find_origin(session, bob, fork) is origin
    origin.audience = "private"
    session.flush()
    assert queries.find_origin(session, bob, fork) is None
    session.delete(origin)
    session.flush()
    assert read(session, bob, fork).content == "mine now"
