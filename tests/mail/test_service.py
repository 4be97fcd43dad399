import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from commonplace.core.errors import Invalid
from commonplace.core.keys import SealBroken
from commonplace.mail.composing import compose
from commonplace.mail.models import Mail
from commonplace.mail.service import queue_mail
from tests.mail.conftest import LETTER, stored


def published(house):
    with closing(sqlite3.connect(house.settings.data_dir / "broker.sqlite3")) as file:
        rows = file.execute("select queue, body from messages order by id").fetchall()
    return [
        (queue, json.loads(body)["headers"]["task"], json.loads(body)["headers"]["argsrepr"]) for queue, body in rows
    ]


def test_a_queued_mail_is_a_row_and_a_nudge(house, queued):
    mail = queued()
    row = stored(house, mail)
    assert (row.state, row.attempts, row.recipient, row.subject) == (
        "pending",
        0,
        "alice@example.org",
        "Choose a new password",
    )
    assert published(house) == [("interactive", "mail.send_mail", f"({mail.id},)")]


def test_what_is_rolled_back_is_neither(house):
    with house.database.session(writes=True) as session:
        queue_mail(session, house, **LETTER)
        session.rollback()
    with house.database.reading() as session:
        assert session.query(Mail).count() == 0
    assert not (house.settings.data_dir / "broker.sqlite3").exists()


def test_the_content_is_sealed_for_its_row(house, queued):
    first, second = queued(), queued()
    assert "a1B2" not in stored(house, first).sealed_content
    second.sealed_content = first.sealed_content
    with pytest.raises(SealBroken):
        compose(house, second)


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "alice",
        "alice@",
        "@example.org",
        "a b@example.org",
        "a@b, c@d",
        "a@example.org\r\nBcc: x@example.org",
        "ä@b.org",
    ],
)
def test_what_is_no_address_is_refused_by_its_field(house, queued, recipient):
    with pytest.raises(Invalid) as caught:
        queued(recipient=recipient)
    assert caught.value.fields == {"email": "This is not an e-mail address."}


def test_an_international_host_is_kept_as_mail_servers_know_it(house, queued):
    assert queued(recipient="a@bücher.example").recipient == "a@xn--bcher-kva.example"


@given(subject=st.text(max_size=400), greeting=st.text(max_size=200), site_name=st.text(min_size=1, max_size=60))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_typed_becomes_a_header_or_breaks_the_message(house, subject, greeting, site_name):
    named = type(house)(**vars(house) | {"settings": house.settings.model_copy(update={"site_name": site_name})})
    with house.database.writing() as session:
        mail = queue_mail(session, named, **LETTER | {"subject": subject, "greeting": greeting})
    headers, _, _ = compose(named, mail).as_bytes().partition(b"\r\n\r\n")
    names = {line.partition(b":")[0] for line in headers.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert names == {
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"Auto-Submitted",
        b"MIME-Version",
        b"Content-Type",
    }
