"""Random histories of a site, played to a strategy and to the oracle, which must agree after every step."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.entries import service as entries
from commonplace.entries.models import AUDIENCES, Entry
from commonplace.entries.rules import SearchText
from commonplace.timeline import tasks
from commonplace.timeline.making import make_containers, make_feed
from commonplace.timeline.models import Addition, FeedLog
from commonplace.timeline.queries import get_log
from commonplace.timeline.service import new_log_id
from commonplace.users import service_follows as people
from commonplace.users.models import User
from tests.factories import make_reply, make_snap, make_user
from tests.servers import redis_url
from tests.timeline.oracle import Oracle, Shared

NAMES = ("ada", "bob", "cleo", "dan")
KINDS = ("snap", "post")
person = st.sampled_from(range(len(NAMES)))
audience = st.sampled_from(AUDIENCES)


class History(RuleBasedStateMachine):
    """A site of four people; what a worker does happens at any moment, or not at all."""

    house = None
    """Set by the test that plays the history."""

    def make_feed(self):
        return make_feed(self.house)

    @initialize()
    def begin(self):
        self.oracle = Oracle()
        self.feed = self.make_feed()
        with self.house.database.writing() as session:
            for entry in session.scalars(select(Entry)):
                session.delete(entry)
            for user in session.scalars(select(User)):
                session.delete(user)
            session.flush()
            self.ids = [make_user(session, f"{name}-{clock.now().timestamp()}").id for name in NAMES]

    # what people share

    @rule(author=person, audience=audience, days_ago=st.sampled_from([0, 0, 0, 3]))
    def share(self, author, audience, days_ago):
        with self.house.database.writing() as session:
            shared_on = clock.now() - timedelta(days=days_ago)
            snap = make_snap(session, self._user(session, author), audience=audience, created_on=shared_on)
            self.oracle.entries.append(Shared(snap.id, self.ids[author], audience))

    @precondition(lambda self: self.oracle.entries)
    @rule(author=person, data=st.data())
    def reply(self, author, data):
        parent = data.draw(st.sampled_from(self.oracle.entries))
        if self.oracle.may_see(self.ids[author], parent):
            with self.house.database.writing() as session:
                answer = make_reply(session, self._user(session, author), session.get(Entry, parent.id))
                self.oracle.entries.append(Shared(answer.id, self.ids[author], parent.audience, parent))

    @precondition(lambda self: self.oracle.entries)
    @rule(data=st.data(), audience=audience)
    def open_or_close(self, data, audience):
        entry = data.draw(st.sampled_from(self.oracle.entries))
        if entry.parent is None and not entry.is_deleted:
            with self.house.database.writing() as session:
                row = session.get(Entry, entry.id)
                row.audience = audience
                entries.edit_entry(session, row, SearchText("", ""))
            for each in [entry, *self.oracle.replies_below(entry)]:
                each.audience = audience

    @precondition(lambda self: self.oracle.entries)
    @rule(data=st.data())
    def delete_or_restore(self, data):
        entry = data.draw(st.sampled_from(self.oracle.entries))
        with self.house.database.writing() as session:
            row = session.get(Entry, entry.id)
            change = entries.restore_entry if entry.is_deleted else entries.delete_entry
            change(session, row, session.get(User, entry.author))
        entry.is_deleted = not entry.is_deleted

    @precondition(lambda self: self.oracle.entries)
    @rule(data=st.data())
    def hide_or_show(self, data):
        entry = data.draw(st.sampled_from(self.oracle.entries))
        with self.house.database.writing() as session:
            (entries.unhide_entry if entry.is_hidden else entries.hide_entry)(session, session.get(Entry, entry.id))
        entry.is_hidden = not entry.is_hidden

    # what is between people

    @rule(one=person, other=person)
    def follow(self, one, other):
        with suppress(NotFound), self.house.database.writing() as session:
            if people.follow_user(session, self._user(session, one), self._user(session, other)):
                self.oracle.follows.add((self.ids[one], self.ids[other]))

    @rule(one=person, other=person)
    def unfollow(self, one, other):
        with self.house.database.writing() as session:
            people.unfollow_user(session, self._user(session, one), self._user(session, other))
        self.oracle.follows.discard((self.ids[one], self.ids[other]))

    @rule(one=person, other=person)
    def block_or_unblock(self, one, other):
        pair = self.ids[one], self.ids[other]
        with self.house.database.writing() as session:
            if pair in self.oracle.blocks:
                people.unblock_user(session, self._user(session, one), self._user(session, other))
                self.oracle.blocks.discard(pair)
            elif people.block_user(session, self._user(session, one), self._user(session, other)):
                self.oracle.blocks.add(pair)
                self.oracle.follows -= {pair, pair[::-1]}

    @rule(one=person, other=person)
    def mute_or_unmute(self, one, other):
        pair = self.ids[one], self.ids[other]
        with self.house.database.writing() as session:
            if pair in self.oracle.mutes:
                people.unmute_user(session, self._user(session, one), self._user(session, other))
                self.oracle.mutes.discard(pair)
            elif people.mute_user(session, self._user(session, one), self._user(session, other)):
                self.oracle.mutes.add(pair)

    @rule(one=person)
    def leave_or_return(self, one):
        with self.house.database.writing() as session:
            self._user(session, one).closed_on = None if self.ids[one] in self.oracle.absent else clock.now()
        self.oracle.absent ^= {self.ids[one]}

    # what the worker does, and what is lost

    @rule()
    def push_all(self):
        for seq in self._list_pending():
            tasks.fan_out(self.house, seq)

    @precondition(lambda self: self._list_pending())
    @rule(data=st.data())
    def push_one(self, data):
        tasks.fan_out(self.house, data.draw(st.sampled_from(self._list_pending())))

    @rule()
    def look_after(self):
        tasks.forget_additions(self.house)

    @rule()
    def lose_containers(self):
        clear_containers(self.house)

    @rule()
    def start_anew(self):
        self.feed = self.make_feed()

    # and everybody's feed is right

    @invariant()
    def every_feed_is_what_the_rule_says(self):
        if not hasattr(self, "ids"):
            return
        with self.house.database.reading() as session:
            for user_id in set(self.ids) - self.oracle.absent:
                assert self._read_all(session, session.get(User, user_id)) == self.oracle.feed(user_id)

    def _read_all(self, session, reader):
        read, cursor = [], None
        while True:
            page = self.feed.list_entries(session, reader, KINDS, cursor=cursor, limit=2)
            read += [entry.id for entry in page.items]
            cursor = page.next
            if cursor is None:
                return read

    def _user(self, session, number):
        return session.get(User, self.ids[number])

    def _list_pending(self):
        with self.house.database.reading() as session:
            return list(session.scalars(select(Addition.seq).where(Addition.state == "pending")))


def clear_containers(house):
    """Let a house lose what was pushed."""
    with house.database.writing() as session:
        make_containers(house, get_log(session).id).clear(session)


def in_redis(house):
    """Return settings by which a house pushes into Redis, under a log of its own: other tests do beside it."""
    with house.database.writing() as session:
        session.execute(update(FeedLog).values(id=new_log_id()))
    return {"redis_url": redis_url()}


def with_settings(house, **settings):
    """Return the same house with other settings."""
    return replace(house, settings=house.settings.model_copy(update=settings))
