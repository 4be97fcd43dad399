"""Many workers at once, and workers that die: one mail is written down, and none is lost."""

import multiprocessing
import os
import signal
import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.mail.models import Mail
from commonplace.notifications import service_mail
from commonplace.notifications.models import Notification
from commonplace.notifications.service import notify
from commonplace.notifications.service_mail import mail_due
from commonplace.users.models import User
from tests.databases import migrated_database
from tests.factories import make_user

WORKERS, PROCESSES = 6, 3
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.server)
on_postgresql = pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)  # on SQLite a writer is alone


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request, tmp_path):
    with migrated_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def ada_id(house):
    """Somebody for whom three things wait for more than a minute."""
    with house.database.writing() as session:
        ada = make_user(session, "ada")
        ada.email_verified_on = clock.now()
        for _ in range(3):
            notify(session, user=ada, event="followed", actor=make_user(session))
        for row in session.query(Notification):
            row.created_on = clock.now() - timedelta(minutes=2)
    return ada.id


def mail_apart(settings, user_id, start):
    house = House.build(settings)
    make_celery(house)
    start.wait()
    with house.database.writing() as session:
        mail_due(session, house, user_id, "immediately")
    house.database.dispose()


def die_while_mailing(settings, user_id, reached):
    """Be killed when everything is written and nothing committed."""
    house = House.build(settings)
    make_celery(house)
    with house.database.writing() as session:
        assert mail_due(session, house, user_id, "immediately")
        reached.set()
        time.sleep(100)


def check_one_mail(house):
    with house.database.reading() as session:
        assert len(session.scalars(select(Mail)).all()) == 1
        assert all(row.mailed_on is not None for row in session.scalars(select(Notification)))


def test_threads_write_one_mail(house, ada_id):
    start, answers = Barrier(WORKERS), []

    def work():
        start.wait()
        with house.database.writing() as session:
            answers.append(mail_due(session, house, ada_id, "immediately"))

    threads = [Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * (WORKERS - 1) + [True]
    check_one_mail(house)


def test_processes_write_one_mail(house, ada_id):
    house.database.dispose()
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES)
    processes = [context.Process(target=mail_apart, args=(house.settings, ada_id, start)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    check_one_mail(house)


def test_a_worker_that_dies_before_the_commit_leaves_it_to_the_next(house, ada_id):
    house.database.dispose()
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=die_while_mailing, args=(house.settings, ada_id, reached))
    process.start()
    assert reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    with house.database.reading() as session:
        assert session.scalars(select(Mail)).all() == []
    mail_apart(house.settings, ada_id, Barrier(1))
    check_one_mail(house)


@on_postgresql
@pytest.mark.parametrize("step", ["_give_up_the_rest", "_write"])
def test_what_comes_in_while_a_mail_is_written_waits_for_the_next(house, ada_id, monkeypatch, step):
    go_on = getattr(service_mail, step)

    def be_late(*args):
        with house.database.writing() as other:
            notify(other, user=other.get_one(User, ada_id), event="followed", actor=make_user(other, "late-one"))
        go_on(*args)

    monkeypatch.setattr(service_mail, step, be_late)
    with house.database.writing() as session:
        assert mail_due(session, house, ada_id, "immediately")
    with house.database.reading() as session:
        waiting = session.scalars(select(Notification).where(Notification.mailed_on.is_(None))).all()
    assert [row.cadence for row in waiting] == ["immediately"]


@on_postgresql
def test_a_recipient_whom_another_worker_mails_is_left_to_it(house, ada_id):
    with house.database.writing() as first, house.database.writing() as second:
        assert mail_due(first, house, ada_id, "immediately")
        assert not mail_due(second, house, ada_id, "immediately")  # and does not wait
    check_one_mail(house)
