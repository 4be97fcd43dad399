from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from commonplace.web.rendering import exact_time, file_size, iso_time, marked, relative_time

MOMENT = datetime(2026, 11, 20, 14, 45, 30, tzinfo=UTC)
aware_times = st.builds(datetime.fromtimestamp, st.floats(0, 4e9), st.timezones())


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=20), "20 seconds ago"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(seconds=119), "a minute ago"),
        (timedelta(hours=1), "an hour ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=59), "a month ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(days=-6, hours=-1), "6 days from now"),
    ],
)
def test_relative_time(distance: timedelta, words: str) -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert relative_time(MOMENT - distance) == words


@time_machine.travel(MOMENT, tick=False)
def test_relative_time_is_the_same_in_every_zone() -> None:
    assert relative_time((MOMENT - timedelta(minutes=3)).astimezone(timezone(timedelta(hours=9)))) == "3 minutes ago"


def test_relative_time_refuses_a_naive_time() -> None:
    with pytest.raises(TypeError):
        relative_time(datetime(2026, 11, 20))  # noqa: DTZ001 - the point of the test


def test_exact_time_is_told_in_utc() -> None:
    assert exact_time(MOMENT) == "20 November 2026, 14:45 UTC"
    assert exact_time(datetime(2026, 3, 1, 0, 5, tzinfo=timezone(timedelta(hours=2)))) == "28 February 2026, 22:05 UTC"


def test_iso_time() -> None:
    assert iso_time(MOMENT) == "2026-11-20T14:45:30Z"


@given(aware_times)
def test_iso_time_names_the_same_second(moment: datetime) -> None:
    assert datetime.fromisoformat(iso_time(moment)) == moment.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (1, "1 byte"), (512, "512 bytes"), (5000, "4.9 KiB"), (2**20, "1.0 MiB")]
)
def test_file_size(size: int, words: str) -> None:
    assert file_size(size) == words


def test_a_misspelt_name_is_an_error(frame: Flask) -> None:
    with frame.test_request_context(), pytest.raises(UndefinedError, match="sit_name"):
        render_template_string("{{ sit_name }}")


def test_lines_that_only_hold_a_tag_leave_no_trace(frame: Flask) -> None:
    with frame.test_request_context():
        assert render_template_string("a\n  {% if true %}\nb\n  {% endif %}\nc") == "a\nb\nc"


@time_machine.travel(MOMENT, tick=False)
def test_a_time_tells_the_relative_the_exact_and_the_programs_time(frame: Flask) -> None:
    template = '{% from "components/times.html" import when %}{{ when(moment) }}'
    with frame.test_request_context():
        assert render_template_string(template, moment=MOMENT - timedelta(minutes=3)) == (
            '<time datetime="2026-11-20T14:42:30Z" title="20 November 2026, 14:42 UTC">3 minutes ago</time>'
        )


def test_a_text_is_marked_where_it_would_be_shown_in_another_order():
    assert marked("<a\u2066>") == '&lt;a<span class="bidi" title="U+2066"><bdi>\u2066</bdi></span>&gt;'
