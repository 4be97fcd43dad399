from datetime import UTC, datetime, timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import Invalid, NotFound
from commonplace.entries import queries
from commonplace.entries.models import AUDIENCES, Export
from commonplace.entries.rules import parse_search
from commonplace.entries.service import delete_entry
from tests.factories import make_snap, make_user

SNAP = {"snap"}


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


@pytest.fixture
def bob(session):
    return make_user(session, "bob")


def names(page):
    return [entry.name for entry in page.items]


def whole(list_):
    """All pages of a list, each of 7."""
    found, cursor = [], None
    while True:
        page = list_(cursor=cursor, limit=7)
        found += names(page)
        if page.next is None:
            return found
        cursor = page.next


@pytest.fixture
def shared(session, ada, bob):
    """Forty snaps by two people, of all audiences, in the order of their making."""
    return [
        make_snap(session, (ada, bob)[number % 2], name=f"{number:02}", content="word", audience=AUDIENCES[number % 5])
        for number in range(40)
    ]


def test_each_list_page_by_page_is_what_the_rule_lets_through_newest_first(session, ada, bob, shared):
    def among(audiences, *, of=None, and_followers_of=None):
        return [
            snap.name
            for snap in reversed(shared)
            if of in {None, snap.author}
            and (snap.audience in audiences or (snap.audience == "followers" and snap.author is and_followers_of))
        ]

    def listed(query, *arguments):
        return whole(lambda **paging: query(session, *arguments, SNAP, **paging))

    assert listed(queries.list_public) == among({"public"})
    assert listed(queries.list_newest, None) == among({"public"})
    assert listed(queries.list_newest, ada) == among({"public", "members"}, and_followers_of=ada)
    assert listed(queries.list_by_author, None, ada) == among({"public"}, of=ada)
    assert listed(queries.list_by_author, bob, ada) == among({"public", "members"}, of=ada)
    assert listed(queries.list_by_author, ada, ada) == among(AUDIENCES, of=ada)
    found = listed(queries.list_found, ada, parse_search("word"))
    assert found == [
        snap.name for snap in reversed(shared) if snap.author is ada or snap.audience in {"public", "members"}
    ]


def test_entries_of_the_same_moment_and_of_long_ago_keep_their_order_over_pages(session, ada):
    moment = datetime(1999, 5, 4, tzinfo=UTC)
    for number in range(20):
        make_snap(session, ada, name=f"{number:02}", created_on=moment)
    listed = whole(lambda **paging: queries.list_public(session, SNAP, **paging))
    assert listed == [f"{number:02}" for number in reversed(range(20))]


def test_a_list_knows_only_the_kinds_it_is_asked_for(session, ada, shared):
    assert queries.list_newest(session, ada, {"photo"}, cursor=None, limit=20).items == ()
    assert queries.list_trash(session, ada, set(), cursor=None, limit=20).items == ()
    assert queries.list_own(session, ada, {"photo"}, -1, 20) == []


@pytest.mark.parametrize(("cursor", "limit"), [("x", 20), (None, 0), (None, 101)])
def test_a_page_that_cannot_be_is_refused(session, ada, cursor, limit):
    with pytest.raises(Invalid):
        queries.list_newest(session, ada, SNAP, cursor=cursor, limit=limit)


def test_nothing_is_found_where_nothing_is_wanted(session, ada, shared):
    for asked in ("", "-word", '"', "***"):
        assert queries.list_found(session, ada, parse_search(asked), SNAP, cursor=None, limit=20).items == ()


def test_the_trash_holds_ones_own_until_it_expires(session, ada, bob):
    lasting, expired = make_snap(session, ada, name="lasting"), make_snap(session, ada, name="expired")
    for snap in (lasting, expired):
        delete_entry(session, snap, ada)
    expired.expires_on = clock.now() - timedelta(seconds=1)
    session.flush()
    assert names(queries.list_trash(session, ada, SNAP, cursor=None, limit=20)) == ["lasting"]
    assert queries.list_trash(session, bob, SNAP, cursor=None, limit=20).items == ()
    assert queries.get_trashed(session, ada, lasting.hash_key, SNAP) is lasting
    for viewer, snap, kinds in ((bob, lasting, SNAP), (ada, expired, SNAP), (ada, lasting, {"photo"})):
        with pytest.raises(NotFound):
            queries.get_trashed(session, viewer, snap.hash_key, kinds)


def test_what_is_to_be_purged_comes_in_batches(session, ada):
    for _ in range(5):
        make_snap(session, ada).deleted_on = clock.now() - timedelta(days=40)
    session.flush()
    before = clock.now() - timedelta(days=30)
    assert len(queries.list_purgeable(session, before, 3)) == 3
    assert len(queries.list_purgeable(session, before, 100)) == 5
    assert queries.list_purgeable(session, clock.now() - timedelta(days=50), 100) == []


def test_ones_own_for_an_export_come_oldest_first_with_the_trash(session, ada, shared):
    delete_entry(session, shared[0], ada)
    first = queries.list_own(session, ada, SNAP, -1, 3)
    assert [entry.name for entry in first] == ["00", "02", "04"]
    rest = queries.list_own(session, ada, SNAP, first[-1].id, 100)
    assert [entry.name for entry in rest] == [f"{number:02}" for number in range(6, 40, 2)]


def test_exports_are_found_by_user_state_and_age(session, ada, bob):
    old = Export(user_id=ada.id, state="ready", size=1, created_on=clock.now() - timedelta(days=8))
    new, others = Export(user_id=ada.id), Export(user_id=bob.id)
    session.add_all([old, new, others])
    session.flush()
    assert queries.find_export(session, ada) is new
    assert queries.list_exports(session, state="pending") == [new, others]
    assert queries.list_exports(session, before=clock.now() - timedelta(days=7)) == [old]
    assert queries.find_export(session, make_user(session)) is None
