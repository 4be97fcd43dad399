import sqlite3
import tempfile
from pathlib import Path

import pytest
import time_machine
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from commonplace.jobs.messages import TRANSIENT_S, Binding, MessageFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / "broker.sqlite3"


@pytest.fixture
def file(path):
    file = MessageFile(path)
    yield file
    file.close()


@pytest.fixture
def other(path):
    other = MessageFile(path)
    yield other
    other.close()


def rows(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("select queue, body, holder is null from messages order by id").fetchall()
    finally:
        connection.close()


def test_messages_come_in_order_and_each_to_one_holder(file, other):
    for body in "abc":
        file.put("q", body)
    assert [file.claim("q").body, other.claim("q").body, file.claim("q").body] == ["a", "b", "c"]
    assert file.claim("q") is None
    assert file.claim("another") is None


def test_a_deleted_message_is_gone_and_a_released_one_keeps_its_place(file, path):
    for body in "abc":
        file.put("q", body)
    first, second = file.claim("q"), file.claim("q")
    file.delete(second.id)
    file.release(first.id)
    assert rows(path) == [("q", "a", 1), ("q", "c", 1)]
    assert file.claim("q").body == "a"


def test_only_the_holder_can_delete_or_release(file, other):
    file.put("q", "a")
    held = file.claim("q")
    other.delete(held.id)
    other.release(held.id)
    assert other.claim("q") is None
    assert file.count_held("q") == 1


def test_what_a_dead_holder_held_is_free_after_its_lease(path, other):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        dead = MessageFile(path, lease=30)
        dead.put("q", "a")
        dead.claim("q")
        clock.shift(29)
        other.take_care()
        assert other.claim("q") is None
        clock.shift(10)
        other.take_care()
        assert other.claim("q").body == "a"
        dead.close()
    assert other.count_held("q") == 1


def test_a_living_holder_keeps_what_it_holds_however_long_it_takes(path, other):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        slow = MessageFile(path, lease=30)
        slow.put("q", "a")
        claimed = slow.claim("q")
        for _ in range(20):
            clock.shift(10)
            slow.take_care()
            other.take_care()
            assert other.claim("q") is None
        slow.delete(claimed.id)
        slow.close()
    assert rows(path) == []


def test_a_late_acknowledgement_does_not_touch_what_another_holds_now(path, other):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        late = MessageFile(path, lease=30)
        late.put("q", "a")
        claimed = late.claim("q")
        clock.shift(40)
        other.take_care()
        other.claim("q")
        late.delete(claimed.id)
        late.close()
    assert other.count_held("q") == 1


def test_a_clock_that_is_set_back_does_not_stop_the_care(path):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        file = MessageFile(path, lease=30)
        file.put("q", "a")
        file.claim("q")
        file.take_care()
        clock.move_to("2026-11-20T11:00:00Z")
        file.take_care()
        clock.shift(40)
        other = MessageFile(path)
        other.take_care()
        assert other.claim("q").body == "a"
        other.close()
        file.close()


def test_transient_messages_are_forgotten_and_others_are_not(path):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        file = MessageFile(path)
        file.put("q", "kept")
        file.put("q", "answer", is_transient=True)
        clock.shift(TRANSIENT_S + 1)
        file.take_care()
        file.close()
    assert rows(path) == [("q", "kept", 1)]


def test_closing_gives_back_what_was_held(path, other):
    file = MessageFile(path)
    file.put("q", "a")
    file.claim("q")
    file.close()
    assert other.claim("q").body == "a"


def test_purge_leaves_what_is_being_done(file, path):
    for body in "abc":
        file.put("q", body)
    file.put("another", "d")
    file.claim("q")
    assert file.purge("q") == 2
    assert rows(path) == [("q", "a", 0), ("another", "d", 1)]
    assert file.count_free("q") == 0


def test_bindings_are_shared_and_go_with_their_queue(file, other):
    file.bind("exchange", Binding("key", "", "q"))
    file.bind("exchange", Binding("key", "", "q"))
    file.bind("exchange", Binding("key", "", "another"))
    assert sorted(other.list_bindings("exchange")) == [("key", "", "another"), ("key", "", "q")]
    other.put("q", "a")
    other.delete_queue("q")
    assert file.list_bindings("exchange") == [("key", "", "another")]
    assert file.count_free("q") == 0


class OneQueue(RuleBasedStateMachine):
    """Whatever two holders do, no message is lost, doubled or held by both."""

    bodies = st.integers(0, 10**6)

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "broker.sqlite3"
        self.files = [MessageFile(path), MessageFile(path)]
        self.free: list[tuple[int, str]] = []
        self.held: list[dict[int, str]] = [{}, {}]
        self.last = 0

    @rule(who=st.integers(0, 1), body=bodies)
    def put(self, who, body):
        self.files[who].put("q", str(body))
        self.last += 1
        self.free.append((self.last, str(body)))

    @rule(who=st.integers(0, 1))
    def claim(self, who):
        claimed = self.files[who].claim("q")
        if not self.free:
            assert claimed is None
            return
        assert claimed == self.free.pop(0)
        self.held[who][claimed.id] = claimed.body

    @precondition(lambda self: any(self.held))
    @rule(data=st.data(), is_done=st.booleans())
    def settle(self, data, is_done):
        who = data.draw(st.sampled_from([number for number in (0, 1) if self.held[number]]))
        number = data.draw(st.sampled_from(sorted(self.held[who])))
        body = self.held[who].pop(number)
        if is_done:
            self.files[who].delete(number)
        else:
            self.files[who].release(number)
            self.free = sorted([*self.free, (number, body)])

    @invariant()
    def counts_agree(self):
        assert self.files[0].count_free("q") == len(self.free)
        assert [file.count_held("q") for file in self.files] == [len(held) for held in self.held]

    def teardown(self):
        for file in self.files:
            file.close()
        self.folder.cleanup()


TestOneQueue = OneQueue.TestCase
TestOneQueue.settings = hypothesis_settings(max_examples=25, stateful_step_count=30)
