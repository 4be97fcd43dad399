import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users.models import User
from commonplace.users.queries_relations import (
    FollowCounts,
    Relation,
    count_follows,
    get_relation,
    list_relations,
    shown_to,
)
from commonplace.users.service_follows import block_user, follow_user, mute_user
from tests.architecture.test_query_counts import counted
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


@pytest.fixture
def berta(session):
    return make_user(session, "berta")


def test_a_relation_is_told_from_the_viewers_side(session, anna, berta):
    follow_user(session, anna, berta)
    mute_user(session, berta, anna)
    assert get_relation(session, anna, berta) == Relation(is_followed=True)
    assert get_relation(session, berta, anna) == Relation(follows_you=True, is_muted=True)


def test_a_visitor_and_oneself_have_none(session, anna, berta):
    follow_user(session, anna, berta)
    assert get_relation(session, None, anna) == get_relation(session, anna, anna) == Relation()


def test_whoever_blocks_the_viewer_is_not_there_and_whom_the_viewer_blocks_is(session, anna, berta):
    block_user(session, anna, berta)
    assert get_relation(session, anna, berta) == Relation(is_blocked=True)
    with pytest.raises(NotFound):
        get_relation(session, berta, anna)


@pytest.mark.parametrize("state", ["closed_on", "suspended_on"])
def test_who_is_absent_is_there_for_themselves_alone(session, anna, berta, state):
    setattr(anna, state, clock.now())
    assert get_relation(session, anna, anna) == Relation()
    for viewer in (None, berta):
        with pytest.raises(NotFound):
            get_relation(session, viewer, anna)


@pytest.mark.parametrize("act", [block_user, mute_user])
def test_what_one_began_can_be_ended_although_the_other_blocks_one_too(session, anna, berta, act):
    act(session, anna, berta)
    block_user(session, berta, anna)
    with pytest.raises(NotFound):
        get_relation(session, anna, berta)
    assert get_relation(session, anna, berta, to_end=True).blocks_you
    with pytest.raises(NotFound):
        get_relation(session, make_blocked(session, by=berta), berta, to_end=True)


def make_blocked(session, *, by):
    user = make_user(session)
    block_user(session, by, user)
    return user


@pytest.mark.parametrize("number", [1, 30])
def test_relations_to_any_number_of_people_are_one_query(session, house, anna, number):
    people = [make_user(session) for _ in range(number)]
    follow_user(session, anna, people[0])
    session.flush()
    with counted(house.database.engine) as statements:
        found = list_relations(session, anna, people)
    assert len(statements) == 1
    assert found.keys() == {person.id for person in people}
    assert [person_id for person_id, relation in found.items() if relation.is_followed] == [people[0].id]


def test_relations_to_nobody_and_of_a_visitor_are_no_query(session, house, anna):
    with counted(house.database.engine) as statements:
        assert list_relations(session, anna, []) == {}
        assert list_relations(session, None, [anna]) == {anna.id: Relation()}
    assert statements == []


def test_numbers_are_those_of_the_lists_that_the_viewer_sees(session, house, anna, berta):
    carla, dora = make_user(session, "carla"), make_user(session, "dora")
    for person in (berta, carla, dora):
        follow_user(session, person, anna)
    follow_user(session, anna, berta)
    session.flush()
    with counted(house.database.engine) as statements:
        assert count_follows(session, None, anna) == FollowCounts(3, 1)
    assert len(statements) == 1
    carla.suspended_on = clock.now()
    block_user(session, dora, berta)
    assert count_follows(session, None, anna) == FollowCounts(2, 1)
    assert count_follows(session, dora, anna) == FollowCounts(1, 0)


def test_a_viewer_is_shown_who_is_here_and_not_blocked_either_way(session, anna, berta):
    carla, dora, emma = (make_user(session, name) for name in ("carla", "dora", "emma"))
    block_user(session, anna, berta)
    block_user(session, carla, anna)
    dora.closed_on = clock.now()
    shown = session.query(User).where(*shown_to(anna))
    assert set(shown) == {anna, emma}
    assert set(session.query(User).where(*shown_to(None))) == {anna, berta, carla, emma}
