import pytest

from commonplace.core.errors import NotFound
from commonplace.entries.models import AUDIENCES
from commonplace.snaps.queries_revisions import find_following, get_revision, list_numbers, list_revisions
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.users.service_follows import follow_user
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


def numbers(session, viewer, snap):
    return [revision.number for revision in list_revisions(session, viewer, snap, cursor=None, limit=100).items]


def test_revisions_come_newest_first_and_one_by_its_number_alone(session, ada):
    snap = make_snap(session, ada, content="1", name="a")
    other = make_snap(session, ada, content="other")
    for number in range(2, 13):
        edit_snap(session, ada, snap, SnapValues(str(number), name="a"))
    assert numbers(session, ada, snap) == list(range(11, 0, -1))
    first = list_revisions(session, ada, snap, cursor=None, limit=4)
    second = list_revisions(session, ada, snap, cursor=first.next, limit=100)
    assert [revision.number for revision in (*first.items, *second.items)] == list(range(11, 0, -1))
    assert get_revision(session, ada, snap, 2).content == "2"
    for number in (0, 12, -1, 2**63 - 1):
        with pytest.raises(NotFound):
            get_revision(session, ada, snap, number)
    with pytest.raises(NotFound):
        get_revision(session, ada, other, 1)


def test_whoever_a_snap_is_shared_with_later_sees_no_version_that_was_for_fewer(session, ada):
    bob, follower = make_user(session, "bob"), make_user(session, "carol")
    follow_user(session, follower, ada)
    snap = make_snap(session, ada, content="private", audience="private")
    for audience in (*AUDIENCES[1:], "public"):
        edit_snap(session, ada, snap, SnapValues(audience, name=snap.name, audience=audience))
    assert [number for number, _ in list_numbers(session, snap)] == [5, 4, 3, 2, 1][-len(AUDIENCES) + 1 :]
    assert numbers(session, None, snap) == [4]
    assert numbers(session, bob, snap) == [4, 3]
    assert numbers(session, follower, snap) == [4, 3, 2]
    assert numbers(session, ada, snap) == [4, 3, 2, 1]
    for viewer in (None, bob, follower):
        with pytest.raises(NotFound):
            get_revision(session, viewer, snap, 1)


def test_the_version_that_follows_is_the_next_that_the_viewer_may_see(session, ada):
    snap = make_snap(session, ada, content="1")
    for content, audience in (("2", "private"), ("3", "public"), ("4", "public")):
        edit_snap(session, ada, snap, SnapValues(content, name=snap.name, audience=audience))
    assert find_following(session, ada, snap, 1).content == "2"
    assert find_following(session, None, snap, 1).content == "3"
    assert find_following(session, None, snap, 3) is None
