import pytest
from sqlalchemy import select

from commonplace.core.events import announce
from commonplace.entries import service
from commonplace.entries.rules import SearchText
from commonplace.live.speakers import register
from commonplace.timeline.models import Addition, Reader
from commonplace.timeline.rules import topic_of
from commonplace.timeline.service_tokens import create_feed_token
from commonplace.users import events
from commonplace.users.service_closing import close_account, reopen_account
from commonplace.users.service_passwords import change_password
from commonplace.users.service_suspending import suspend_user, unsuspend_user
from tests.factories import make_reply, make_snap

NOTHING = SearchText("", "")


@pytest.fixture
def said(house):
    """What open pages are told."""
    said = []

    class Recorder:
        def speak(self, *told):
            said.append(told)

    recorder = Recorder()
    register(house, recorder)
    yield said
    del recorder


def list_added(session):
    return session.scalars(select(Addition.entry_id).order_by(Addition.seq)).all()


def test_what_comes_to_stand_in_lists_is_added_and_nothing_else(session, stage):
    author = stage.stranger
    private, unlisted, open_ = (make_snap(session, author, audience=a) for a in ("private", "unlisted", "followers"))
    assert list_added(session) == [open_.id]
    service.delete_entry(session, open_, author)
    service.restore_entry(session, open_, author)
    service.hide_entry(session, open_)
    service.unhide_entry(session, open_)
    assert list_added(session) == [open_.id] * 3
    open_.audience = "public"
    service.edit_entry(session, open_, NOTHING)
    assert list_added(session) == [open_.id] * 3  # it stood there already
    unlisted.audience = "members"
    service.edit_entry(session, unlisted, NOTHING)
    assert list_added(session)[3:] == [unlisted.id]
    service.delete_entry(session, private, author)
    service.restore_entry(session, private, author)
    assert list_added(session)[4:] == []


def test_a_thread_that_is_opened_takes_its_replies_along(session, stage):
    first = make_snap(session, stage.stranger, audience="private")
    reply = make_reply(session, stage.stranger, first)
    assert list_added(session) == []
    first.audience = "members"
    service.edit_entry(session, first, NOTHING)
    assert sorted(list_added(session)) == sorted([first.id, reply.id])


def test_who_is_offered_an_entry_is_told_when_it_is_gone_or_for_others(session, stage, said):
    snaps = [make_snap(session, stage.stranger) for _ in range(3)]
    session.commit()
    said.clear()
    service.delete_entry(session, snaps[0], stage.stranger)
    service.hide_entry(session, snaps[1])
    snaps[2].audience = "private"
    service.edit_entry(session, snaps[2], NOTHING)
    session.commit()
    assert said == [(topic_of(stage.stranger.id), "shared", {})] * 3


def test_replies_of_a_thread_that_was_opened_while_it_was_hidden_are_added(session, stage):
    first = make_snap(session, stage.stranger, audience="private")
    reply = make_reply(session, stage.stranger, first)
    service.hide_entry(session, first)
    first.audience = "members"
    service.edit_entry(session, first, NOTHING)
    assert reply.id in list_added(session)


@pytest.mark.parametrize("what", ["hidden", "shown", "deleted", "restored", "narrowed", "suspended", "back", "closed"])
def test_who_is_offered_a_reply_is_told_when_it_goes_and_comes_with_its_thread(house, session, stage, said, what):
    first = make_snap(session, stage.stranger)
    make_reply(session, stage.authors[0], make_reply(session, stage.reader, first))
    session.commit()
    topics = {topic_of(user.id) for user in (stage.stranger, stage.reader, stage.authors[0])}
    changes = {
        "hidden": lambda: service.hide_entry(session, first),
        "shown": lambda: service.unhide_entry(session, first),
        "deleted": lambda: service.delete_entry(session, first, stage.stranger),
        "restored": lambda: service.restore_entry(session, first, stage.stranger),
        "narrowed": lambda: narrow(session, first),
        "suspended": lambda: suspend_user(session, house, stage.stranger),
        "back": lambda: unsuspend_user(session, house, stage.stranger),
        "closed": lambda: close_account(session, house, stage.stranger),
    }
    if what == "back":
        suspend_user(session, house, stage.stranger)
        session.commit()
    said.clear()
    changes[what]()
    session.commit()
    assert {told[0] for told in said if told[1] == "shared"} == topics


def narrow(session, entry):
    entry.audience = "private"
    service.edit_entry(session, entry, NOTHING)


def test_who_is_offered_an_entry_is_not_told_of_another_text(session, stage, said):
    snap = make_snap(session, stage.stranger)
    session.commit()
    said.clear()
    service.edit_entry(session, snap, NOTHING)
    session.commit()
    assert said == []


@pytest.mark.parametrize(
    ("signal", "one", "other", "both"),
    [
        (events.user_followed, "follower", "followed", False),
        (events.user_unfollowed, "follower", "followed", False),
        (events.user_muted, "muter", "muted", False),
        (events.user_unmuted, "muter", "muted", False),
        (events.user_blocked, "blocker", "blocked", True),
        (events.user_unblocked, "blocker", "blocked", True),
    ],
)
def test_whoever_reads_others_than_before_has_a_new_version(house, session, stage, said, signal, one, other, both):
    announce(signal, session, **{one: stage.reader, other: stage.stranger})
    session.commit()
    renewed = [stage.reader, stage.stranger] if both else [stage.reader]
    assert [told for told in said if told[1] == "renew"] == [(f"user:{user.id}", "renew", {}) for user in renewed]
    session.expire_all()
    assert session.get(Reader, stage.reader.id).version == 2
    assert (session.get(Reader, stage.stranger.id) is not None) is both


@pytest.mark.parametrize("what", ["password", "suspended", "closed"])
def test_secret_addresses_end_with_the_tokens(house, client, session, stage, what):
    secret, other = create_feed_token(session, stage.reader), create_feed_token(session, stage.stranger)
    session.commit()
    assert client.get(f"/feeds/{secret}.atom").status_code == 200
    if what == "password":
        change_password(session, house, stage.reader, "another horse battery")
    elif what == "suspended":
        suspend_user(session, house, stage.reader)
        unsuspend_user(session, house, stage.reader)
    else:
        close_account(session, house, stage.reader)
        reopen_account(session, stage.reader)
    session.commit()
    assert client.get(f"/feeds/{secret}.atom").status_code == 404
    assert client.get(f"/feeds/{other}.atom").status_code == 200
