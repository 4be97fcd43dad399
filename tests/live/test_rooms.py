from hypothesis import given
from hypothesis import strategies as st

from commonplace.live.rooms import Rooms, user_room

names = st.text(max_size=5)


@given(st.lists(names), names)
def test_one_is_in_the_rooms_one_was_put_in_and_in_no_other(inside, other):
    rooms = Rooms(inside)
    assert all(name in rooms for name in inside)
    assert (other in rooms) == (other in inside)


def test_a_user_has_a_room_that_no_topic_is_called():
    assert user_room(7) == "user:7"


def test_a_room_named_twice_is_one():
    assert len(Rooms(["x", "y", "x"])) == 2
