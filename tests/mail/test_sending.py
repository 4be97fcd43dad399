import smtplib
import ssl
import stat

import pytest

from commonplace.mail.sending import Refused, deliver
from tests.mail.conftest import LETTER, only_alice, outbox, sending_to


def test_without_a_server_the_mail_is_a_file_only_the_owner_can_read(house, queued, caplog):
    mail = queued()
    with caplog.at_level("INFO"):
        deliver(house, mail)
    (message,) = outbox(house)
    assert message["To"] == mail.recipient
    (path,) = (house.settings.data_dir / "outbox").iterdir()
    assert path.name == f"{mail.created_on:%Y-%m-%dT%H%M%SZ}-{mail.id}.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert LETTER["link"].encode() in path.read_bytes()
    assert str(path) in caplog.text
    assert "alice@" not in caplog.text


def test_a_repeated_attempt_writes_no_second_file(house, queued):
    mail = queued()
    deliver(house, mail)
    deliver(house, mail)
    assert len(outbox(house)) == 1


def test_a_server_gets_the_message_from_the_site_to_the_recipient(house, queued, server, serving):
    deliver(sending_to(house, f"smtp://{serving()}"), queued())
    (envelope,) = server.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@[127.0.0.1]", ["alice@example.org"])
    assert "Älice" in server.messages[0].get_body(("plain",)).get_content()
    assert envelope.mail_options[-1] == "BODY=8BITMIME"


def test_a_server_that_takes_seven_bits_only_gets_no_more(house, queued, server, serving, monkeypatch):
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _self, _name: False)
    deliver(sending_to(house, f"smtp://{serving()}"), queued())
    assert server.envelopes[0].content.isascii()
    assert "Älice" in server.messages[0].get_body(("plain",)).get_content()


def test_tls_is_used_where_it_is_offered_and_the_password_is_given_by_it(house, queued, server, serving, tls):
    port = serving(tls_context=tls, require_starttls=True, authenticator=only_alice, auth_required=True).split(":")[1]
    deliver(sending_to(house, f"smtp://alice:p%40ss%3Aw%2Frd@localhost:{port}"), queued())
    assert len(server.envelopes) == 1


def test_tls_from_the_first_byte(house, queued, server, serving, tls):
    port = serving(ssl_context=tls).split(":")[1]
    deliver(sending_to(house, f"smtps://localhost:{port}"), queued())
    assert len(server.envelopes) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(house, queued, server, serving, tls, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    port = serving(tls_context=tls, require_starttls=True).split(":")[1]
    with pytest.raises(ssl.SSLCertVerificationError):
        deliver(sending_to(house, f"smtp://localhost:{port}"), queued())
    assert server.envelopes == []


def test_a_password_is_not_sent_to_another_machine_in_the_clear(house, queued, server, serving, monkeypatch):
    monkeypatch.setattr("commonplace.mail.sending.LOOPBACK", frozenset())  # as if the server were far away
    with pytest.raises(smtplib.SMTPNotSupportedError, match="offers no TLS"):
        deliver(sending_to(house, f"smtp://alice:secret@{serving()}"), queued())
    assert server.envelopes == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"to_recipient": "550 no such mailbox"}, Refused),
        ({"to_content": "554 looks like spam"}, Refused),
        ({"to_recipient": "450 busy"}, smtplib.SMTPRecipientsRefused),
        ({"to_content": "452 full"}, smtplib.SMTPDataError),
    ],
)
def test_what_is_refused_for_good_is_told_apart_from_what_may_work_later(
    house, queued, server, serving, answers, error
):
    vars(server).update(answers)
    with pytest.raises(error):
        deliver(sending_to(house, f"smtp://{serving()}"), queued())


def test_a_server_that_is_not_there_may_be_there_later(house, queued):
    with pytest.raises(OSError, match="refused"):
        deliver(sending_to(house, "smtp://127.0.0.1:1"), queued())
