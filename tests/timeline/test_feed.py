from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import Invalid
from commonplace.core.pagination import encode_cursor
from commonplace.timeline.making import make_feed
from commonplace.timeline.models import Container
from commonplace.users.models import Block
from tests.factories import make_snap
from tests.timeline.histories import with_settings

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


def test_what_is_newer_is_counted_below_what_is_not_shown(house, session, stage):
    hidden = stage.authors[0]
    stage.share(1, since=clock.now() - timedelta(hours=9))  # by them: an entry that is in sight
    last = stage.snaps[0].id
    make_snap(session, stage.authors[1], audience="members", created_on=clock.now() - timedelta(hours=8))
    for number in range(110):
        moment = clock.now() - timedelta(hours=7) + timedelta(minutes=number)
        make_snap(session, hidden, audience="members", created_on=moment)
    session.add(Block(blocker_id=hidden.id, blocked_id=stage.reader.id))
    session.commit()
    assert make_feed(house).count_newer(session, stage.reader, KINDS, than=encode_cursor(last)) == 1


@pytest.mark.parametrize("offered", [KINDS, {"snap"}])
def test_a_site_with_some_kinds_alone_has_its_strategy_all_the_same(house, session, stage, offered):
    pushing = with_settings(house, feed="write")
    stage.share(8)
    feed = make_feed(pushing)
    for _ in range(2):
        page = feed.list_entries(session, stage.reader, offered, limit=20)
        assert [entry.id for entry in page.items] == stage.expected()
        session.commit()
    assert session.get(Container, stage.reader.id).state == "whole"
    assert feed.list_entries(session, stage.reader, {"post"}, limit=20).items == ()
