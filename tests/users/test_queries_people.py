import pytest

from commonplace.core import clock
from commonplace.core.errors import Invalid
from commonplace.users.queries_people import (
    ASKED,
    SUGGESTED,
    Suggestion,
    list_blocked_and_muted,
    list_followed,
    list_followers,
    list_members,
    list_suggestions,
)
from commonplace.users.service_follows import block_user, follow_user, mute_user
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def others(session):
    return [make_user(session) for _ in range(45)]


def whole(list_, *arguments):
    """The names on all pages of a list, each of 20."""
    names, cursor = [], None
    while True:
        page = list_(*arguments, cursor=cursor, limit=20)
        assert page.items or page.next is None
        names += [user.username for user in page.items]
        if page.next is None:
            return names
        cursor = page.next


def names_of(users):
    return [user.username for user in reversed(users)]


def members(session, viewer, prefix=""):
    return whole(lambda **paging: list_members(session, viewer, prefix, **paging))


def test_every_list_goes_page_by_page_through_all_the_newest_first(session, anna, others):
    for other in others:
        follow_user(session, other, anna)
        follow_user(session, anna, other)
        mute_user(session, anna, other)
    assert whole(list_followers, session, None, anna) == names_of(others)
    assert whole(list_followed, session, anna, anna) == names_of(others)
    assert whole(list_blocked_and_muted, session, anna) == names_of(others)
    assert members(session, anna) == names_of([anna, *others])


def test_who_comes_while_one_reads_moves_nobody(session, anna, others):
    first = list_members(session, anna, "", cursor=None, limit=20)
    make_user(session, "newcomer")
    second = list_members(session, anna, "", cursor=first.next, limit=20)
    assert [user.username for user in first.items + second.items] == names_of([anna, *others])[:40]


def test_a_page_that_cannot_be_is_refused(session, anna):
    for list_ in (list_followers, list_followed):
        with pytest.raises(Invalid):
            list_(session, anna, anna, cursor="x", limit=20)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("an", ["ANTON", "anna"]),
        ("AN", ["ANTON", "anna"]),
        ("än", ["Ännchen"]),
        ("anna", ["anna"]),
        ("\uff41nn", ["anna"]),
        ("nna", []),
        ("a%", []),
        ("a_b", ["a_b"]),
        ("a\x00", []),
        ("\ud800", []),
    ],
)
def test_members_are_found_by_the_beginning_of_their_name(session, anna, prefix, found):
    for name in ("ANTON", "a_b", "axb", "berta", "Ännchen"):
        make_user(session, name)
    assert members(session, anna, prefix) == found


def test_who_is_absent_or_blocked_either_way_stands_in_no_list(session, anna, others):
    reader, blocked, blocking, gone, *rest = others
    for other in others:
        follow_user(session, other, anna)
        if other is not reader:
            follow_user(session, anna, other)
    block_user(session, reader, blocked)
    block_user(session, blocking, reader)
    gone.suspended_on = clock.now()
    assert whole(list_followers, session, reader, anna) == names_of([reader, *rest])
    assert whole(list_followed, session, reader, anna) == names_of(rest)
    assert members(session, reader) == names_of([anna, reader, *rest])
    assert whole(list_followers, session, None, anna) == names_of([reader, blocked, blocking, *rest])


def test_ones_own_blocks_and_mutes_are_listed_whoever_blocks_one_and_nobody_elses(session, anna, others):
    blocked, muted, both, gone, blocking, other = others[:6]
    block_user(session, anna, blocked)
    mute_user(session, anna, muted)
    block_user(session, anna, both)
    mute_user(session, anna, both)
    mute_user(session, anna, gone)
    mute_user(session, other, anna)
    block_user(session, both, anna)
    block_user(session, blocking, anna)
    gone.closed_on = clock.now()
    assert whole(list_blocked_and_muted, session, anna) == names_of([blocked, muted, both])


def test_whom_most_of_those_one_follows_follow_is_suggested_first(session, anna, others):
    friends, (liked, known, *_rest) = others[:3], others[3:]
    for friend in friends:
        follow_user(session, anna, friend)
        follow_user(session, friend, liked)
        follow_user(session, friend, anna)
    follow_user(session, friends[0], known)
    follow_user(session, friends[0], friends[1])
    for stranger in others[10:]:
        follow_user(session, stranger, others[9])
    assert list_suggestions(session, anna) == [Suggestion(liked, 3), Suggestion(known, 1)]


def test_nobody_is_suggested_who_is_followed_blocked_muted_or_absent_and_not_oneself(session, anna, others):
    friend, followed, blocked, blocking, muted, gone, new = others[:7]
    for person in (anna, followed, blocked, blocking, muted, gone, new):
        follow_user(session, friend, person)
    follow_user(session, anna, friend)
    follow_user(session, anna, followed)
    block_user(session, anna, blocked)
    block_user(session, blocking, anna)
    mute_user(session, anna, muted)
    gone.closed_on = clock.now()
    assert list_suggestions(session, anna) == [Suggestion(new, 1)]


def test_who_follows_nobody_is_shown_whom_most_people_follow(session, anna, others):
    liked, known = others[:2]
    for other in others[2:]:
        follow_user(session, other, liked)
    follow_user(session, others[5], known)
    assert list_suggestions(session, anna) == [Suggestion(liked, 0), Suggestion(known, 0)]


def test_suggestions_are_few_and_on_an_empty_site_none(session, anna, others):
    assert list_suggestions(session, anna) == []
    for other in others[1:]:
        follow_user(session, others[0], other)
    assert len(list_suggestions(session, anna)) == SUGGESTED
    assert len(list_suggestions(session, anna, 30)) == 30


def test_of_many_followed_only_the_latest_are_asked(session, anna):
    first = make_user(session)
    known = make_user(session)
    follow_user(session, anna, first)
    follow_user(session, first, known)
    assert list_suggestions(session, anna) == [Suggestion(known, 1)]
    follow_user(session, make_user(session), known)
    for _ in range(ASKED):
        follow_user(session, anna, make_user(session))
    assert list_suggestions(session, anna) == [Suggestion(known, 0)]
