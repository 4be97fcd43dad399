import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.notifications.models import EVENTS, Notification
from commonplace.notifications.rules import (
    DEFAULTS,
    LESSER,
    PERIODS,
    excerpt,
    hears_of_reports,
    is_due,
    is_news,
    phrase,
    subject_of,
)
from commonplace.users.models import User

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
cadences = st.sampled_from(list(PERIODS))
spans = st.timedeltas(timedelta(0), timedelta(days=60))


def test_everything_is_told_on_the_page_and_live_and_what_asks_for_an_answer_by_mail_at_once():
    assert {event: (each.is_on_page, each.is_live, each.cadence) for event, each in DEFAULTS.items()} == {
        "followed": (True, True, "immediately"),
        "replied": (True, True, "immediately"),
        "mentioned": (True, True, "immediately"),
        "liked": (True, True, "weekly"),
        "reported": (True, True, "immediately"),
    }


def test_no_event_is_less_than_itself():
    assert all(event not in lesser for event, lesser in LESSER.items())


@pytest.mark.parametrize(("role", "hears"), [("member", False), ("moderator", True), ("owner", True)])
def test_reports_are_for_who_looks_after_the_site(role, hears):
    assert hears_of_reports(User(role=role)) == hears


@given(st.lists(st.tuples(*[st.integers(1, 2**53)] * 2), min_size=2, max_size=2, unique=True))
def test_what_differs_has_subjects_that_differ_and_fits_its_column(pairs):
    subjects = {
        subject_of(actor, **which)
        for actor, other in pairs
        for which in ({"entry_id": other}, {"entry_id": other, "occasion": other})
    }
    assert len(subjects) == 4
    assert max(map(len, subjects)) <= Notification.subject.type.length


def test_what_is_older_than_a_day_is_no_news():
    assert is_news(NOON - DAY + MINUTE, NOON)
    assert not is_news(NOON - DAY, NOON)


@pytest.mark.parametrize(("after", "due"), [(timedelta(seconds=59), False), (MINUTE, True), (DAY, True)])
def test_a_mail_at_once_waits_a_minute_for_more(after, due):
    assert is_due("immediately", NOON, None, NOON + after) == due


@given(cadences, spans)
def test_a_first_digest_goes_out_a_period_after_what_it_tells_of(cadence, waited):
    assert is_due(cadence, NOON, None, NOON + waited) == (waited >= PERIODS[cadence])


@given(cadences, spans, spans)
def test_nothing_waits_longer_than_a_period_and_two_mails_are_never_closer(cadence, since_mail, waited):
    oldest_on = NOON + since_mail
    now = oldest_on + waited
    due = is_due(cadence, oldest_on, NOON, now)
    assert due or waited < PERIODS[cadence]
    assert not due or now - NOON >= PERIODS[cadence]


def test_a_digest_keeps_to_its_time_of_day_though_nothing_was_to_tell_for_long():
    happened_on = NOON + 10 * DAY + 3 * HOUR
    assert not is_due("daily", happened_on, NOON, NOON + 11 * DAY - MINUTE)
    assert is_due("daily", happened_on, NOON, NOON + 11 * DAY)
    assert not is_due("weekly", happened_on, NOON, NOON + 14 * DAY - MINUTE)
    assert is_due("weekly", happened_on, NOON, NOON + 14 * DAY)


@given(st.text(), st.integers(1, 100))
def test_an_excerpt_is_one_short_line_that_turns_nothing_around(text, limit):
    line = excerpt(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not any(unicodedata.category(sign) == "Cc" or sign in "\u2028\u2029\u202e\u2066" for sign in line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n b\tc", "a b c"),
        ("x" * 11, "x" * 9 + "…"),
        ("one two three", "one two t…"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", ""),
    ],
)
def test_an_excerpt_is_the_beginning(text, line):
    assert excerpt(text, 10) == line


@pytest.mark.parametrize(
    ("event", "label", "words"),
    [
        ("followed", None, "follows you now"),
        ("replied", "Post", "replied to you"),
        ("mentioned", "Post", "mentioned you in a post"),
        ("mentioned", "Event", "mentioned you in an event"),
        ("mentioned", None, "mentioned you"),
        ("liked", "Snap", "likes your snap"),
        ("liked", None, "likes what you shared"),
        ("reported", "Snap", "reported a snap"),
        ("reported", None, "made a report"),
    ],
)
def test_what_somebody_did_reads_on_after_their_name(event, label, words):
    assert phrase(event, label) == words


def test_of_a_report_whose_entry_is_not_shown_it_is_said_whom_it_is_about():
    assert phrase("reported", None, about="dora") == "reported @dora"
    assert phrase("reported", None, about="dora", is_of_entry=True) == "reported something by @dora"
    assert phrase("reported", "Snap", about="dora", is_of_entry=True) == "reported a snap"


def test_every_event_has_words():
    assert all(phrase(event, None) and phrase(event, "Snap") for event in EVENTS)
