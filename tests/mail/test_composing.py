from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine

from commonplace.core.house import House
from commonplace.mail.composing import compose
from tests.mail.conftest import LETTER

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def read(message):
    return message_from_bytes(message.as_bytes(), policy=default)


def at(house, **changed):
    return House(**(vars(house) | {"settings": house.settings.model_copy(update=changed)}))


def test_a_message_says_who_when_and_that_no_person_wrote_it(house, queued):
    with time_machine.travel(NOON, tick=False):
        mail = queued()
    message = read(compose(at(house, site_url="https://book.example/x", site_name='The "Kitchen"'), mail))
    assert message["From"] == '"The \\"Kitchen\\"" <noreply@book.example>'
    assert message["To"] == "alice@example.org"
    assert message["Subject"] == "Choose a new password"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == f"<{mail.id}.{int(NOON.timestamp())}@book.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_every_attempt_makes_the_same_message(house, queued):
    mail = queued()
    first, second = read(compose(house, mail)), read(compose(house, mail))
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body(("plain",)).get_content() == second.get_body(("plain",)).get_content()


def test_both_bodies_are_there_and_the_plain_one_first(house, queued):
    message = read(compose(house, queued()))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert LETTER["link"] in message.get_body(("plain",)).get_content()
    assert "Älice" in message.get_body(("html",)).get_content()


def test_a_link_stands_whole_in_the_bytes(house, queued):
    assert LETTER["link"].encode() in compose(house, queued()).as_bytes()


def test_a_line_that_is_too_long_is_wrapped_by_encoding(house, queued):
    content = compose(house, queued(greeting="Ä" * 2000)).as_bytes()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_whoever_wants_no_more_can_say_so_at_one_click(house, queued):
    url = "https://book.example/unsubscribe/" + "x" * 200
    content = compose(house, queued(unsubscribe_url=url)).as_bytes()
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in content
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


@pytest.mark.parametrize(
    ("site_url", "host"),
    [
        ("http://127.0.0.1:5000", "[127.0.0.1]"),
        ("http://[::1]:5000", "[IPv6:::1]"),
        ("https://bücher.example", "xn--bcher-kva.example"),
        ("http://localhost:5000", "localhost"),
    ],
)
def test_the_sender_is_at_the_site(house, queued, site_url, host):
    message = read(compose(at(house, site_url=site_url), queued()))
    assert message["From"].addresses[0].addr_spec == f"noreply@{host}"
    assert message["Message-ID"].endswith(f"@{host}>")
