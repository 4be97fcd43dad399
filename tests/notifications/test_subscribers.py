from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.events import announce
from commonplace.entries.events import (
    entry_liked,
    entry_shared,
    entry_unliked,
    mentions_edited,
    users_mentioned,
    visibility_changed,
)
from commonplace.entries.models import Like
from commonplace.entries.service import delete_entry, hide_entry, restore_entry, unhide_entry
from commonplace.live.rooms import user_room
from commonplace.live.speakers import speaker_of
from commonplace.notifications import subscribers
from commonplace.notifications.events import unread_changed
from commonplace.notifications.models import Notification
from commonplace.notifications.service import mark_all_read
from commonplace.posts.service import PostValues, edit_post
from commonplace.users.events import (
    user_closed,
    user_followed,
    user_reopened,
    user_suspended,
    user_unfollowed,
    user_unsuspended,
)
from commonplace.users.service_closing import close_account, reopen_account
from commonplace.users.service_suspending import suspend_user, unsuspend_user
from tests.factories import make_post, make_reply, make_snap
from tests.notifications.conftest import told

SIGNALS = (
    user_followed,
    user_unfollowed,
    entry_shared,
    users_mentioned,
    mentions_edited,
    entry_liked,
    entry_unliked,
    visibility_changed,
    unread_changed,
    user_suspended,
    user_unsuspended,
    user_closed,
    user_reopened,
)


@pytest.mark.parametrize("heard", SIGNALS, ids=lambda heard: heard.name)
def test_each_signal_has_one_subscriber_here(heard):
    mine = [receiver for receiver in heard.receivers_for(None) if receiver.__module__ == subscribers.__name__]
    assert len(mine) == 1


def test_who_is_followed_is_told_and_a_change_of_mind_takes_it_back(session, people):
    facts = {"follower": people.bob, "followed": people.ada}
    announce(user_followed, session, **facts)
    announce(user_followed, session, **facts)
    assert told(session, people.ada) == [("followed", "bob", None)]
    announce(user_unfollowed, session, **facts)
    assert told(session, people.ada) == []


def test_who_is_answered_is_told(session, people):
    snap = make_snap(session, people.ada)
    reply = make_reply(session, people.bob, snap)
    again = make_reply(session, people.cleo, reply)
    assert told(session, people.ada) == [("replied", "bob", reply.id)]
    assert told(session, people.bob) == [("replied", "cleo", again.id)]


def test_who_answers_themselves_is_not_told_and_who_shares_something_new_tells_nobody(session, people):
    make_reply(session, people.ada, make_snap(session, people.ada))
    assert session.query(Notification).count() == 0


def test_who_is_mentioned_is_told_once_and_by_who_mentions(session, people):
    snap = make_snap(session, people.bob)
    for users in ([people.ada, people.bob], [people.ada, people.cleo]):
        announce(users_mentioned, session, entry=snap, users=users)
    assert told(session, people.ada) == told(session, people.cleo) == [("mentioned", "bob", snap.id)]
    assert told(session, people.bob) == []


def test_a_mention_that_is_taken_out_is_taken_back_but_not_from_who_read_it(session, people):
    post = make_post(session, people.bob, "@ada @cleo")
    announce(users_mentioned, session, entry=post, users=[people.ada, people.cleo])
    mark_all_read(session, people.ada)
    edit_post(session, people.bob, post, PostValues("Nobody."))
    assert told(session, people.cleo) == []
    assert told(session, people.ada) == [("mentioned", "bob", post.id)]
    edit_post(session, people.bob, post, PostValues("@cleo again"))
    assert told(session, people.cleo) == [("mentioned", "bob", post.id)]


def test_a_reply_that_mentions_whom_it_answers_tells_of_the_reply(session, people):
    reply = make_reply(session, people.bob, make_snap(session, people.ada))
    announce(users_mentioned, session, entry=reply, users=[people.ada, people.cleo])
    assert told(session, people.ada) == [("replied", "bob", reply.id)]
    assert told(session, people.cleo) == [("mentioned", "bob", reply.id)]


def test_whose_entry_is_liked_is_told_and_a_change_of_mind_takes_it_back(session, people):
    snap = make_snap(session, people.ada)
    session.add(Like(entry_id=snap.id, user_id=people.bob.id))
    announce(entry_liked, session, entry=snap, user=people.bob)
    announce(entry_liked, session, entry=snap, user=people.ada)
    assert told(session, people.ada) == [("liked", "bob", snap.id)]
    announce(entry_unliked, session, entry=snap, user=people.bob)
    assert told(session, people.ada) == []


def test_old_entries_that_somebody_brings_along_tell_nobody(session, people):
    old = make_snap(session, people.bob, created_on=clock.now() - timedelta(days=30))
    announce(users_mentioned, session, entry=old, users=[people.ada])
    assert told(session, people.ada) == []


def test_who_is_named_in_an_old_entry_by_an_edit_is_told(session, people):
    old = make_snap(session, people.bob, created_on=clock.now() - timedelta(days=30))
    old.edited_on = clock.now()
    announce(users_mentioned, session, entry=old, users=[people.ada])
    assert told(session, people.ada) == [("mentioned", "bob", old.id)]


@pytest.fixture
def asked(house, session, monkeypatch):
    """Whose open pages are let ask how much is unread, since this was asked last."""
    spoken = []
    monkeypatch.setattr(speaker_of(house), "speak", lambda *said: spoken.append(said))

    def ask(*, is_committed=True):
        if is_committed:
            session.commit()
        rooms = [room for room, event, _ in spoken if event == "unread"]
        spoken.clear()
        return rooms

    return ask


def test_open_pages_ask_anew_when_something_is_told_undone_or_read(session, people, asked):
    follow = {"follower": people.bob, "followed": people.ada}
    for signal in (user_followed, user_unfollowed):
        announce(signal, session, **follow)
        assert asked(is_committed=False) == []
        assert asked() == [user_room(people.ada.id)]
    announce(user_unfollowed, session, **follow)
    mark_all_read(session, people.ada)
    assert asked() == []
    announce(user_followed, session, **follow)
    asked()
    mark_all_read(session, people.ada)
    assert asked() == [user_room(people.ada.id)]


def test_open_pages_ask_anew_when_what_they_count_goes_out_of_sight_and_comes_back(house, session, people, asked):
    snap = make_snap(session, people.cleo)
    make_reply(session, people.bob, make_reply(session, people.ada, snap))
    announce(user_followed, session, follower=people.cleo, followed=people.bob)
    asked()
    for change in (hide_entry, unhide_entry):
        change(session, snap)
        assert asked() == [user_room(people.ada.id), user_room(people.cleo.id)]
    for change in (delete_entry, restore_entry):
        change(session, snap, people.cleo)
        assert asked() == [user_room(people.ada.id), user_room(people.cleo.id)]
    for change in (suspend_user, unsuspend_user):
        change(session, house, people.cleo)
        assert sorted(asked()) == sorted(user_room(user.id) for user in vars(people).values() if user is not people.mod)
    close_account(session, house, people.bob)
    assert user_room(people.ada.id) in asked()
    reopen_account(session, people.bob)
    assert user_room(people.ada.id) in asked()


def test_what_fails_here_leaves_what_happened_as_it_was(session, people, monkeypatch, caplog):
    monkeypatch.setattr(subscribers, "notify", lambda *_args, **_facts: 1 / 0)
    snap = make_snap(session, people.ada)
    reply = make_reply(session, people.bob, snap)
    session.commit()
    assert "a subscriber of entry-shared failed" in caplog.text
    session.refresh(reply)
    assert (reply.parent_id, told(session, people.ada)) == (snap.id, [])
