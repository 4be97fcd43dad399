from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.entries.models import AUDIENCES, Like
from commonplace.snaps import queries
from commonplace.snaps.service import SnapValues, edit_snap, share_snap
from tests.factories import make_reply, make_snap, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


def names(page):
    return [snap.name for snap in page.items]


def test_a_snap_is_got_with_its_author_and_with_its_text_where_that_is_asked_for(house, session, ada):
    snap = make_snap(session, ada, content="text")
    session.commit()
    session.expunge_all()
    got = queries.get_snap(session, None, snap.hash_key)
    assert "content" not in vars(got)
    assert got.author.username == "ada"
    session.expunge_all()
    assert vars(queries.get_snap(session, None, snap.hash_key, with_content=True))["content"] == "text"
    assert queries.get_content(house.database, None, snap.hash_key) == (snap.name, snap.digest, "text")


def test_what_is_absent_and_what_is_hidden_answer_alike(house, session, ada, bob):
    hidden = make_snap(session, ada, audience="private")
    gone = make_snap(session, ada)
    gone.deleted_on = clock.now()
    session.commit()
    answers = set()
    for hash_key in (hidden.hash_key, gone.hash_key, "0" * 22, hidden.hash_key.swapcase()):
        for get, source in ((queries.get_snap, session), (queries.get_content, house.database)):
            with pytest.raises(NotFound) as raised:
                get(source, bob, hash_key)
            answers.add(str(raised.value))
    assert len(answers) == 1


@pytest.mark.parametrize("hash_key", ["", "x", "0" * 23, "0" * 21 + "\n", "\0" * 22, "\ud800" * 22, "é" * 22, "%" * 22])
def test_what_is_no_hash_key_is_not_found_on_either_database(session, ada, hash_key):
    make_snap(session, ada)
    with pytest.raises(NotFound):
        queries.get_snap(session, ada, hash_key)


def test_lists_hold_what_is_listed_and_ones_own_all(session, ada, bob):
    for audience in AUDIENCES:
        make_snap(session, ada, name=audience, audience=audience)
    make_snap(session, bob, name="bobs.rb")
    assert names(queries.list_snaps(session, None, cursor=None, limit=20)) == ["bobs.rb", "public"]
    assert names(queries.list_snaps(session, bob, cursor=None, limit=20)) == ["bobs.rb", "public", "members"]
    assert names(queries.list_snaps(session, bob, author=ada, cursor=None, limit=20)) == ["public", "members"]
    assert names(queries.list_snaps(session, ada, author=ada, cursor=None, limit=20)) == list(reversed(AUDIENCES))
    assert names(queries.list_snaps(session, None, extensions=["rb"], cursor=None, limit=20)) == ["bobs.rb"]
    assert queries.list_snaps(session, None, extensions=[], cursor=None, limit=20).items == ()


def test_languages_are_counted_as_the_viewer_finds_them_most_frequent_first(session, ada, bob):
    for name in ("a.py", "b.py", "c.rb", "d.c"):
        make_snap(session, ada, name=name)
    make_snap(session, ada, name="hidden.rb", audience="private")
    make_snap(session, ada, name="unlisted.rb", audience="unlisted")
    make_snap(session, ada, name="members.rb", audience="members")
    make_snap(session, ada, name="gone.c").expires_on = clock.now() - timedelta(seconds=1)
    session.flush()
    assert queries.count_by_extension(session, None) == [("py", 2), ("c", 1), ("rb", 1)]
    assert queries.count_by_extension(session, bob) == [("py", 2), ("rb", 2), ("c", 1)]


def test_the_origin_of_a_fork_is_found_by_whom_may_see_it(session, ada, bob):
    origin = make_snap(session, ada, audience="unlisted")
    fork = share_snap(session, bob, SnapValues("fork"), forked_from=origin)
    assert queries.find_origin(session, None, fork) is origin
    assert queries.find_origin(session, ada, origin) is None
    origin.audience = "followers"
    session.flush()
    assert queries.find_origin(session, bob, fork) is None


def test_a_stamp_changes_with_the_page_and_there_is_none_where_the_page_tells_of_more(house, session, ada, bob):
    snap = make_snap(session, ada)
    session.commit()
    assert queries.find_stamp(house.database, snap.hash_key) == (snap.id, 1, "ada")
    edit_snap(session, ada, snap, SnapValues("other", audience="public"))
    fork = share_snap(session, bob, SnapValues("fork", audience="public"), forked_from=snap)
    liked, answered = make_snap(session, ada), make_snap(session, ada)
    session.add(Like(entry_id=liked.id, user_id=bob.id))
    make_reply(session, bob, answered)
    session.commit()
    assert queries.find_stamp(house.database, snap.hash_key) == (snap.id, 2, "ada")
    for other in (fork, liked, answered):
        assert queries.find_stamp(house.database, other.hash_key) is None
