from datetime import timedelta
from threading import Thread

import pytest
import time_machine

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.core.keys import KeyRing
from commonplace.jobs.job import jobs
from commonplace.mail.models import Mail
from commonplace.mail.tasks import purge_mail, send_mail, sweep_mail
from tests.jobs.workers import wait_until, worker
from tests.mail.conftest import LETTER, outbox, sending_to, stored


@pytest.fixture
def published(monkeypatch):
    published = []
    monkeypatch.setattr(jobs, "publisher", lambda wanted, ids, _values: published.append((wanted.name, *ids)))
    return published


def test_a_mail_is_sent_once_however_often_it_is_nudged(house, queued):
    mail = queued()
    send_mail(house, mail.id)
    send_mail(house, mail.id)
    assert stored(house, mail).state == "sent"
    assert len(outbox(house)) == 1


def test_two_workers_at_once_send_it_once(house, queued, server, serving):
    mail, far = queued(), sending_to(house, f"smtp://{serving()}")
    workers = [Thread(target=send_mail, args=(far, mail.id)) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(server.envelopes) == 1


def test_an_unknown_mail_is_given_up_politely(house):
    send_mail(house, 7)
    assert outbox(house) == []


def test_a_server_that_is_down_is_tried_again_by_the_sweep(house, queued, server, serving, published):
    mail = queued()
    published.clear()
    send_mail(sending_to(house, "smtp://127.0.0.1:1"), mail.id)
    assert (stored(house, mail).state, stored(house, mail).attempts) == ("pending", 1)
    sweep_mail(house)
    assert published == []
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        sweep_mail(house)
        assert published == [("mail.send_mail", mail.id)]
        send_mail(sending_to(house, f"smtp://{serving()}"), mail.id)
    assert stored(house, mail).state == "sent"
    assert len(server.envelopes) == 1


def test_a_mailbox_that_does_not_exist_is_not_tried_again(house, queued, server, serving):
    server.to_recipient = "550 no such mailbox"
    mail = queued()
    send_mail(sending_to(house, f"smtp://{serving()}"), mail.id)
    assert stored(house, mail).state == "failed"


def test_a_mail_whose_key_has_left_the_ring_fails_and_says_so(house, queued, caplog):
    mail = queued()
    keys = KeyRing(["another key, quite long and never seen before 0123456789"])
    send_mail(House(**(vars(house) | {"keys": keys})), mail.id)
    assert stored(house, mail).state == "failed"
    assert f"mail {mail.id} can never be sent" in caplog.text


def test_old_mail_is_forgotten(house, queued):
    mail = queued()
    send_mail(house, mail.id)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        purge_mail(house)
    with house.database.reading() as session:
        assert session.get(Mail, mail.id) is None


def test_a_worker_sends_what_a_request_has_queued(house, queued):
    with worker(house.settings.data_dir, database_url=house.settings.database):
        mail = queued()
        wait_until(lambda: len(outbox(house)) == 1)
        wait_until(lambda: stored(house, mail).state == "sent")
    assert LETTER["link"] in outbox(house)[0].get_body(("plain",)).get_content()
