import pytest

from commonplace.core.errors import Invalid
from commonplace.core.pagination import encode_cursor
from commonplace.timeline.making import make_feed
from commonplace.users.models import Block

KINDS = {"snap", "post"}


def test_a_page_is_full_although_much_of_what_was_found_is_not_shown(house, session, stage):
    stage.share(60)
    session.add(Block(blocker_id=stage.authors[0].id, blocked_id=stage.reader.id))
    session.commit()
    seen = [snap.id for snap in reversed(stage.snaps) if snap.author_id in {a.id for a in stage.authors[1:]}]
    page = make_feed(house).list_entries(session, stage.reader, KINDS, limit=20)
    assert [entry.id for entry in page.items] == seen[:20]
    following = make_feed(house).list_entries(session, stage.reader, KINDS, cursor=page.next, limit=20)
    assert [entry.id for entry in following.items] == seen[20:]
    assert following.next is None


@pytest.mark.parametrize(("limit", "cursor"), [(0, None), (101, None), (20, "x"), (20, "")])
def test_wrong_limits_and_cursors_are_told(house, session, stage, limit, cursor):
    with pytest.raises(Invalid):
        make_feed(house).list_entries(session, stage.reader, KINDS, cursor=cursor, limit=limit)


def test_what_is_newer_is_counted_up_to_99(house, session, stage):
    stage.share(140)
    feed = make_feed(house)
    assert feed.count_newer(session, stage.reader, KINDS, than=encode_cursor(stage.expected()[3])) == 3
    assert feed.count_newer(session, stage.reader, KINDS, kind="post", than=encode_cursor(0)) == 0
    assert feed.count_newer(session, stage.reader, KINDS, than=encode_cursor(0)) == 99
