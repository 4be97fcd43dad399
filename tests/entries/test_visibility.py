"""Who sees what: every combination of audience, relation and state, against the rule in plain Python."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.entries.models import AUDIENCES, Entry
from commonplace.entries.queries import visible_to
from commonplace.users.models import Block, Follow
from tests.factories import make_snap, make_user

RELATIONS = ("nobody", "author", "stranger", "follower", "followed", "blocker", "blocked", "blocked follower")
STATES = ("present", "expiring", "expired", "deleted", "hidden", "closed author", "suspended author")


def may_see(audience, relation, state, with_link):
    if state in {"expired", "deleted", "closed author", "suspended author"}:
        return False
    if relation == "author":
        return True
    if state == "hidden":
        return False
    if relation in {"blocker", "blocked", "blocked follower"}:
        return False
    if audience == "unlisted":
        return with_link
    return {
        "private": False,
        "followers": relation == "follower",
        "members": relation != "nobody",
        "public": True,
    }[audience]


@pytest.fixture
def people(session):
    author = make_user(session, "author")
    people = {name: make_user(session, name.replace(" ", "-")) for name in RELATIONS[2:]}
    session.flush()
    session.add_all(
        [
            Follow(follower_id=people["follower"].id, followed_id=author.id),
            Follow(follower_id=people["blocked follower"].id, followed_id=author.id),
            Follow(follower_id=author.id, followed_id=people["followed"].id),
            Block(blocker_id=people["blocker"].id, blocked_id=author.id),
            Block(blocker_id=author.id, blocked_id=people["blocked"].id),
            Block(blocker_id=author.id, blocked_id=people["blocked follower"].id),
        ]
    )
    session.flush()
    return {"nobody": None, "author": author, **people}


@pytest.mark.parametrize("state", STATES)
def test_every_viewer_sees_exactly_what_the_rule_allows(session, people, state):
    now = clock.now()
    entries = {}
    for audience in AUDIENCES:
        snap = make_snap(session, people["author"], audience=audience)
        snap.expires_on = {"expiring": now + timedelta(days=1), "expired": now - timedelta(seconds=1)}.get(state)
        snap.deleted_on = now if state == "deleted" else None
        snap.hidden_on = now if state == "hidden" else None
        entries[audience] = snap
    people["author"].closed_on = now if state == "closed author" else None
    people["author"].suspended_on = now if state == "suspended author" else None
    session.flush()
    for relation, with_link in product(RELATIONS, (False, True)):
        condition = visible_to(people[relation], with_link=with_link)
        seen = set(session.scalars(select(Entry.hash_key).where(condition)))
        allowed = {
            entry.hash_key for audience, entry in entries.items() if may_see(audience, relation, state, with_link)
        }
        assert seen == allowed, (relation, with_link)
