from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.jobs.job import jobs
from commonplace.notifications.rules import PERIODS, Channels
from commonplace.notifications.service import choose_channels, notify
from commonplace.notifications.tasks import mail_digest, mail_news, sweep_digests, sweep_news
from tests.factories import make_user
from tests.mail.conftest import outbox
from tests.notifications.conftest import text_of


@pytest.fixture
def published(monkeypatch):
    published = []
    monkeypatch.setattr(jobs, "publisher", lambda wanted, ids, _values: published.append((wanted.name, *ids)))
    return published


@pytest.fixture
def waiting(session, people):
    """Something waits for each: for ada at once, for bob daily, for cleo weekly."""
    for user, cadence in ((people.ada, "immediately"), (people.bob, "daily"), (people.cleo, "weekly")):
        choose_channels(session, user, {"followed": Channels(cadence=cadence)})
        notify(session, user=user, event="followed", actor=make_user(session))
    session.commit()


@pytest.mark.parametrize(
    ("after", "news", "digests"),
    [
        (timedelta(0), [], []),
        (timedelta(minutes=2), ["ada"], []),
        (timedelta(days=1, minutes=1), ["ada"], ["bob daily"]),
        (timedelta(days=8), ["ada"], ["bob daily", "cleo weekly"]),
    ],
)
def test_the_sweeps_nudge_what_is_due(house, people, waiting, published, after, news, digests):
    with time_machine.travel(clock.now() + after):
        sweep_news(house)
        sweep_digests(house)
    names = {user.id: user.username for user in (people.ada, people.bob, people.cleo)}
    assert [(job, names[user_id]) for job, user_id, *_ in published if job == "notifications.mail_news"] == [
        ("notifications.mail_news", name) for name in news
    ]
    found = sorted(f"{names[each[1]]} {each[2]}" for each in published if each[0] == "notifications.mail_digest")
    assert found == digests


def test_every_mail_goes_out_once_however_often_the_sweeps_come_round(house, people, waiting, work):
    with time_machine.travel(clock.now() + timedelta(days=8)):
        for _ in range(3):
            work(sweep_news)
            work(sweep_digests)
    assert sorted(mail["To"] for mail in outbox(house)) == [f"{name}@example.org" for name in ("ada", "bob", "cleo")]


def test_a_nudge_that_comes_too_early_or_for_nobody_does_nothing(house, people, waiting, published):
    mail_news(house, people.ada.id)
    mail_digest(house, people.bob.id, "daily")
    mail_news(house, 7_000_000)
    assert published == []


def test_a_digest_says_how_often_it_comes(house, people, waiting, work):
    with time_machine.travel(clock.now() + timedelta(days=8)):
        work(sweep_digests)
    bodies = {mail["To"]: text_of(mail) for mail in outbox(house)}
    assert "by mail once a day." in bodies["bob@example.org"]
    assert "by mail once a week." in bodies["cleo@example.org"]


def test_the_sweeps_come_round_by_themselves_and_soon_enough():
    assert sweep_news.every <= PERIODS["immediately"]
    assert sweep_digests.every <= timedelta(hours=1)
