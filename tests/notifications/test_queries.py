import pytest
from sqlalchemy import text, true

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.entries.queries import seen_by
from commonplace.notifications import queries
from commonplace.notifications.models import EVENTS, Notification
from commonplace.notifications.rules import DEFAULTS, MOST_COUNTED, Channels
from commonplace.notifications.service import choose_channels, mark_read, notify
from tests.factories import make_snap, make_user

KINDS = ("snap",)


@pytest.fixture
def followed(session, people):
    """Tell ada of five who follow her, and return the ids of the notifications, newest first."""
    for _ in range(5):
        notify(session, user=people.ada, event="followed", actor=make_user(session))
    return [row.id for row in session.query(Notification).order_by(Notification.id.desc())]


def ids_of(page):
    return [notification.id for notification in page.items]


def test_a_list_is_paged_newest_first_and_new_ones_move_nothing(session, people, followed):
    first = queries.list_notifications(session, people.ada, KINDS, cursor=None, limit=2)
    notify(session, user=people.ada, event="followed", actor=make_user(session))
    second = queries.list_notifications(session, people.ada, KINDS, cursor=first.next, limit=2)
    third = queries.list_notifications(session, people.ada, KINDS, cursor=second.next, limit=2)
    assert ids_of(first) + ids_of(second) + ids_of(third) == followed
    assert third.next is None


def test_everybody_has_a_list_of_their_own(session, people, followed):
    assert queries.list_notifications(session, people.bob, KINDS, cursor=None, limit=20).items == ()
    assert queries.count_unread(session, people.bob) == 0


def test_who_has_not_read_what_was_told(session, people, followed):
    notify(session, user=people.bob, event="followed", actor=people.cleo)
    assert queries.list_unread_user_ids(session, true()) == sorted([people.ada.id, people.bob.id])
    assert queries.list_unread_user_ids(session, Notification.actor_id == people.cleo.id) == [people.bob.id]
    mark_read(session, followed)
    assert queries.list_unread_user_ids(session, true()) == [people.bob.id]


def test_what_is_not_for_the_page_is_not_on_it(session, people):
    choose_channels(session, people.ada, {"followed": Channels(is_on_page=False, cadence="daily")})
    notify(session, user=people.ada, event="followed", actor=people.bob)
    assert queries.list_notifications(session, people.ada, KINDS, cursor=None, limit=20).items == ()
    assert queries.count_unread(session, people.ada) == 0
    only = session.query(Notification).one()  # a mail may lead to it
    assert queries.get_notification(session, people.ada, only.id, KINDS) is only


def test_a_list_comes_with_who_did_it_and_with_the_entry(session, people):
    snap = make_snap(session, people.ada)
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=snap)
    session.commit()
    session.expunge_all()
    (told,) = queries.list_notifications(session, people.ada, KINDS, cursor=None, limit=20).items
    assert (told.actor.username, told.entry.hash_key, told.entry.name) == ("bob", snap.hash_key, snap.name)


def test_an_entry_of_a_kind_that_is_not_offered_is_left_out_and_the_rest_stays(session, people):
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=make_snap(session, people.ada))
    (told,) = queries.list_notifications(session, people.ada, (), cursor=None, limit=20).items
    assert (told.event, told.entry) == ("liked", None)
    assert queries.count_unread(session, people.ada) == 1


def test_one_is_found_by_its_id_and_by_nobody_else(session, people, followed):
    assert queries.get_notification(session, people.ada, followed[0], KINDS).id == followed[0]
    for viewer, notification_id in ((people.bob, followed[0]), (people.ada, 7_000_000), (people.ada, 2**63 - 1)):
        with pytest.raises(NotFound):
            queries.get_notification(session, viewer, notification_id, KINDS)


def test_what_is_read_is_not_counted(session, people, followed):
    assert queries.count_unread(session, people.ada) == 5
    mark_read(session, followed[:2])
    assert queries.count_unread(session, people.ada) == 3


def test_more_than_a_hundred_are_not_counted(session, people):
    for number in range(MOST_COUNTED + 5):
        session.add(
            Notification(user_id=people.ada.id, event="followed", actor_id=people.bob.id, subject=f"test {number}")
        )
    session.flush()
    assert queries.count_unread(session, people.ada) == MOST_COUNTED


def test_the_count_walks_what_is_unread_alone(session, people, followed):
    compiled = queries._unread(of_reports=False).compile(
        session.get_bind(), compile_kwargs={"render_postcompile": True}
    )
    if session.get_bind().dialect.name == "sqlite":
        values = compiled.construct_params(seen_by(people.ada))
        plan = session.connection().exec_driver_sql(
            f"explain query plan {compiled}", tuple(str(values[name]) for name in compiled.positiontup)
        )
        assert "ix_notifications_unread" in "".join(str(row) for row in plan)
    else:
        definition = text("select indexdef from pg_indexes where indexname = 'ix_notifications_unread'")
        assert "((read_on IS NULL) AND is_on_page)" in session.scalar(definition)


def test_what_was_told_of_some_entries_is_found(session, people):
    snaps = [make_snap(session, people.ada) for _ in range(2)]
    for snap in snaps:
        for actor in (people.bob, people.cleo):
            notify(session, user=people.ada, event="liked", actor=actor, entry=snap)
    of_first = [row.id for row in session.query(Notification).filter_by(entry_id=snaps[0].id)]
    assert sorted(queries.list_unread_of(session, people.ada, [snaps[0].id])) == sorted(of_first)
    assert queries.list_unread_of(session, people.bob, [snaps[0].id]) == []
    mark_read(session, of_first)
    assert queries.list_unread_of(session, people.ada, [snaps[0].id]) == []


def test_who_is_absent_is_not_to_be_told(session, people):
    assert queries.may_tell(session, people.ada, "followed", people.bob, None)
    people.ada.closed_on = clock.now()
    assert not queries.may_tell(session, people.ada, "followed", people.bob, None)


def test_the_author_of_an_entry_is_found_unless_it_is_gone(session, people):
    assert queries.find_author(session, make_snap(session, people.ada).id) is people.ada
    assert queries.find_author(session, 7) is None


def test_what_nobody_chose_is_as_by_default(session, people):
    choose_channels(session, people.ada, {"liked": Channels(is_live=False, cadence="daily")})
    channels = queries.list_channels(session, people.ada)
    assert channels == dict(DEFAULTS) | {"liked": Channels(is_live=False, cadence="daily")}
    assert tuple(channels) == EVENTS
    assert queries.list_channels(session, people.bob) == DEFAULTS


def test_events_of_one_actor_and_entry_are_listed(session, people):
    snap = make_snap(session, people.bob)
    notify(session, user=people.ada, event="mentioned", actor=people.bob, entry=snap)
    assert queries.list_events(session, people.ada, people.bob, snap) == ["mentioned"]
    assert queries.list_events(session, people.cleo, people.bob, snap) == []
