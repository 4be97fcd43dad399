from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonplace.mail.rules import (
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    is_given_up,
    on_one_line,
    pause_after,
)


@given(st.integers(1, MAX_ATTEMPTS))
def test_a_pause_is_never_shorter_than_the_one_before_and_stays_within_bounds(attempts):
    assert FIRST_PAUSE <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE


def test_it_is_tried_for_most_of_a_day():
    pauses = [pause_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pauses[-1] == timedelta(hours=6)
    assert timedelta(hours=16) < sum(pauses, timedelta()) < timedelta(hours=30)


def test_it_is_given_up_after_the_last_attempt_and_not_before():
    assert [is_given_up(attempts) for attempts in (0, MAX_ATTEMPTS - 1, MAX_ATTEMPTS)] == [False, False, True]


def test_an_attempt_may_take_longer_than_the_first_pause():
    assert LEASE > FIRST_PAUSE


@given(st.text())
def test_what_goes_into_a_header_is_on_one_line(text):
    assert len(on_one_line(text).splitlines()) <= 1
    assert on_one_line(on_one_line(text)) == on_one_line(text)


def test_what_is_visible_stays():
    assert on_one_line("Grüße\r\nBcc: x@y\x00 👩‍👧 ") == "Grüße Bcc: x@y 👩‍👧"
