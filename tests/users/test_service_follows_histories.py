"""Whatever people do to one another, in whatever order, rows, events and lists are those of a model in plain Python."""

from collections import Counter
from contextlib import ExitStack
from itertools import permutations

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users import events
from commonplace.users import service_follows as service
from commonplace.users.models import Block, Follow, Mute
from commonplace.users.queries_people import (
    list_blocked_and_muted,
    list_followed,
    list_followers,
    list_members,
    list_suggestions,
)
from commonplace.users.queries_relations import FollowCounts, Relation, count_follows, get_relation, list_relations
from tests.factories import make_user

NUMBER = 5
people = st.integers(0, NUMBER - 1)
ALL = {"cursor": None, "limit": 20}


class Histories(RuleBasedStateMachine):
    """`follows`, `blocks` and `mutes` are pairs of numbers of people; `told` is what was announced."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.users = [make_user(session) for _ in range(NUMBER)]
        self.number = {user.id: number for number, user in enumerate(self.users)}
        self.follows, self.blocks, self.mutes, self.absent = set(), set(), set(), set()
        self.told, self.heard = [], []
        self.stack = ExitStack()
        for name in ("followed", "unfollowed", "blocked", "unblocked", "muted", "unmuted"):
            self.stack.enter_context(getattr(events, f"user_{name}").connected_to(self.listener(name)))

    def listener(self, name):
        def hear(_session, **both):
            # the doer of each is the one whose word ends so: follower, blocker, muter
            doer, other = sorted(both.items(), key=lambda item: not item[0].endswith("er"))
            self.heard.append((name, self.number[doer[1].id], self.number[other[1].id]))

        self.stack.callback(lambda: hear)  # a signal holds its receivers weakly
        return hear

    def are_blocked(self, one, other):
        return bool({(one, other), (other, one)} & self.blocks)

    def shows(self, viewer, person):
        return person not in self.absent and (viewer is None or not self.are_blocked(viewer, person))

    @rule(one=people, other=people)
    def follow(self, one, other):
        if one != other and (other in self.absent or self.are_blocked(one, other)):
            with pytest.raises(NotFound):
                service.follow_user(self.session, self.users[one], self.users[other])
            return
        is_new = one != other and (one, other) not in self.follows
        assert service.follow_user(self.session, self.users[one], self.users[other]) is is_new
        if is_new:
            self.follows.add((one, other))
            self.told.append(("followed", one, other))

    @rule(one=people, other=people)
    def block(self, one, other):
        is_new = one != other and (one, other) not in self.blocks
        assert service.block_user(self.session, self.users[one], self.users[other]) is is_new
        if is_new:
            ended = [pair for pair in ((one, other), (other, one)) if pair in self.follows]
            self.follows -= set(ended)
            self.blocks.add((one, other))
            self.told += [("unfollowed", *pair) for pair in ended] + [("blocked", one, other)]

    @rule(one=people, other=people)
    def mute(self, one, other):
        is_new = one != other and (one, other) not in self.mutes
        assert service.mute_user(self.session, self.users[one], self.users[other]) is is_new
        if is_new:
            self.mutes.add((one, other))
            self.told.append(("muted", one, other))

    @rule(one=people, other=people, which=st.sampled_from(["unfollow", "unblock", "unmute"]))
    def end(self, one, other, which):
        pairs = {"unfollow": self.follows, "unblock": self.blocks, "unmute": self.mutes}[which]
        is_there = (one, other) in pairs
        assert getattr(service, f"{which}_user")(self.session, self.users[one], self.users[other]) is is_there
        if is_there:
            pairs.remove((one, other))
            self.told.append((f"{which.removesuffix('e')}ed", one, other))

    @rule(one=people, state=st.sampled_from(["closed_on", "suspended_on"]))
    def leave(self, one, state):
        setattr(self.users[one], state, clock.now())
        self.absent.add(one)

    @rule(one=people)
    def come_back(self, one):
        self.users[one].closed_on = self.users[one].suspended_on = None
        self.absent.discard(one)

    @rule(viewer=st.none() | people, person=people)
    def look_at_a_person(self, viewer, person):
        user, looker = self.users[person], None if viewer is None else self.users[viewer]
        followers = {one for one, other in self.follows if other == person and self.shows(viewer, one)}
        followed = {other for one, other in self.follows if one == person and self.shows(viewer, other)}
        assert self.listed(list_followers(self.session, looker, user, **ALL)) == followers
        assert self.listed(list_followed(self.session, looker, user, **ALL)) == followed
        assert count_follows(self.session, looker, user) == FollowCounts(len(followers), len(followed))
        if viewer != person and (person in self.absent or (person, viewer) in self.blocks):
            with pytest.raises(NotFound):
                get_relation(self.session, looker, user)
        else:
            assert get_relation(self.session, looker, user) == self.relation(viewer, person)

    @rule(viewer=people)
    def look_around(self, viewer):
        user = self.users[viewer]
        members = {person for person in range(NUMBER) if self.shows(viewer, person)}
        assert self.listed(list_members(self.session, user, "", **ALL)) == members
        shunned = {other for one, other in self.blocks | self.mutes if one == viewer} - self.absent
        assert self.listed(list_blocked_and_muted(self.session, user, **ALL)) == shunned
        relations = list_relations(self.session, user, self.users)
        for person in set(range(NUMBER)) - {viewer}:
            assert relations[self.users[person].id] == self.relation(viewer, person)
        found = list_suggestions(self.session, user)
        assert [(self.number[each.person.id], each.followed_by) for each in found] == self.suggestions(viewer)

    def suggestions(self, viewer):
        known = {other for one, other in self.follows | self.mutes if one == viewer} | {viewer}
        new = {person for person in range(NUMBER) if self.shows(viewer, person)} - known
        asked = {other for one, other in self.follows if one == viewer and self.shows(viewer, other)}
        for who, is_told in ((asked, True), (range(NUMBER), False)):
            number = Counter(other for one, other in self.follows if one in who and other in new)
            ranked = sorted(number, key=lambda person: (-number[person], -person))
            if ranked:
                return [(person, number[person] if is_told else 0) for person in ranked]
        return []

    def relation(self, viewer, person):
        there, back = (viewer, person), (person, viewer)
        return Relation(
            is_followed=there in self.follows,
            follows_you=back in self.follows,
            is_blocked=there in self.blocks,
            blocks_you=back in self.blocks,
            is_muted=there in self.mutes,
        )

    def listed(self, page):
        numbers = [self.number[user.id] for user in page.items]
        assert numbers == sorted(numbers, reverse=True)
        assert page.next is None
        return set(numbers)

    @invariant()
    def rows_are_those_of_the_model(self):
        ids = [user.id for user in self.users]
        for table, pairs in ((Follow, self.follows), (Block, self.blocks), (Mute, self.mutes)):
            one, other = table.__table__.primary_key
            stored = self.session.execute(select(one, other)).all()
            assert sorted(stored) == sorted((ids[left], ids[right]) for left, right in pairs)
        for one, other in permutations(range(NUMBER), 2):
            assert not ((one, other) in self.follows and self.are_blocked(one, other))

    @invariant()
    def each_change_was_announced_once(self):
        assert self.heard == self.told

    def teardown(self):
        self.stack.close()
        self.session.rollback()


@pytest.mark.timeout(600)  # a history that fails is made as short as can be
def test_any_history_of_people_is_that_of_the_model(session):
    bounds = hypothesis_settings(max_examples=60, stateful_step_count=40)
    run_state_machine_as_test(lambda: Histories(session), settings=bounds)
