from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from commonplace.api.fields import Moment

Times = Schema.from_dict({"at": Moment()})


@given(st.datetimes(), st.integers(-23 * 60, 23 * 60))
def test_a_moment_is_read_as_utc_or_refused(naive, minutes):
    offset = timezone(timedelta(minutes=minutes))
    written = naive.replace(tzinfo=offset).isoformat()
    try:
        expected = naive.replace(tzinfo=offset).astimezone(UTC)
    except OverflowError:
        with pytest.raises(ValidationError):
            Times().load({"at": written})
    else:
        read = Times().load({"at": written})["at"]
        assert (read, read.tzinfo) == (expected, UTC)


@pytest.mark.parametrize("written", ["2026-11-20T12:00:00", "2026-11-20", "noon", "", 5, "2026-11-20T12:00:00+99:99"])
def test_what_is_no_moment_or_has_no_offset_is_refused(written):
    with pytest.raises(ValidationError) as refused:
        Times().load({"at": written})
    assert list(refused.value.messages) == ["at"]


def test_a_moment_is_written_with_its_offset():
    assert Times().dump({"at": datetime(2026, 11, 20, 12, tzinfo=UTC)}) == {"at": "2026-11-20T12:00:00+00:00"}
