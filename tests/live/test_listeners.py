import socket

import pytest

from commonplace.live.lines import Line
from commonplace.live.listeners import PER_USER, Listener, Listeners
from commonplace.live.rooms import Rooms


@pytest.fixture
def listener():
    ends = []

    def listener(user_id=1, sid=None, rooms=()):
        near, far = socket.socketpair()
        ends.extend([near, far])
        return Listener(Line(near), user_id, Rooms(rooms), {}, sid=sid)

    yield listener
    for end in ends:
        end.close()


def test_there_is_room_until_the_limit_and_again_when_one_leaves(listener):
    listeners = Listeners(2)
    first = listener(user_id=1)
    listeners.add(first)
    assert listeners.has_room_for(2)
    listeners.add(listener(user_id=2))
    assert not listeners.has_room_for(3)
    listeners.discard(first)
    listeners.discard(first)
    assert listeners.has_room_for(3)


def test_one_user_has_so_many_and_others_have_room(listener):
    listeners = Listeners(100)
    for _ in range(PER_USER):
        listeners.add(listener(user_id=1))
    assert not listeners.has_room_for(1)
    assert listeners.has_room_for(2)


def test_a_room_holds_those_in_it_who_speak(listener):
    listeners = Listeners(9)
    for sid, rooms in {"a": ["x", "y"], "b": ["y"], "c": ["z"]}.items():
        listeners.add(listener(sid=sid, rooms=rooms))
    listeners.add(listener(sid=None, rooms=["x"]))
    assert listeners.in_room("x") == ["a"]
    assert sorted(listeners.in_room("y")) == ["a", "b"]
    assert listeners.in_room("nowhere") == []


def test_they_may_come_and_go_while_somebody_goes_through_them(listener):
    listeners = Listeners(9)
    present = [listener() for _ in range(3)]
    for one in present:
        listeners.add(one)
    for one in listeners:
        listeners.discard(one)
        listeners.add(listener())
    assert len(listeners) == 3
