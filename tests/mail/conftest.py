"""A house with tables and no pages, letters to send from it, and servers that take them."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from kombu import pools
from pydantic import SecretStr

from commonplace.config import Settings
from commonplace.core.db import Base
from commonplace.core.house import House
from commonplace.jobs.application import make_celery
from commonplace.mail.models import Mail
from commonplace.mail.service import queue_mail
from commonplace.operations.certificate import ensure_certificate

LETTER = {
    "recipient": "alice@example.org",
    "template": "mail/letter",
    "subject": "Choose a new password",
    "greeting": "Hello Alice,",
    "paragraphs": ["Somebody asked for this: most likely you, Älice."],
    "link": "http://127.0.0.1:5000/users/reset/" + "a1B2" * 40 + "?a=1&b=2",
    "label": "Choose a new password",
    "closing": "With kind regards",
}


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    house = House.build(settings)
    Base.metadata.create_all(house.database.engine)
    make_celery(house)
    yield house
    house.database.dispose()
    pools.reset()


@pytest.fixture
def queued(house: House) -> Callable[..., Mail]:
    """Queue a letter, and return its row."""

    def queue(**values: Any) -> Mail:
        with house.database.writing() as session:
            return queue_mail(session, house, **(LETTER | values))

    return queue


def stored(house: House, mail: Mail) -> Mail:
    """Return the mail as it is in the database now."""
    with house.database.reading() as session:
        return session.get_one(Mail, mail.id)


def outbox(house: House) -> list[EmailMessage]:
    """Return the messages that were written to the folder, oldest first."""
    files = sorted((house.settings.data_dir / "outbox").glob("*"))
    return [message_from_bytes(path.read_bytes(), policy=default) for path in files]


@dataclass
class Server:
    """A mail server that keeps what it is sent, and answers RCPT and DATA as it is told."""

    to_recipient: str = "250 OK"
    to_content: str = "250 OK"
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.to_content.startswith("250"):
            self.envelopes.append(envelope)
        return self.to_content

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.envelopes]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return a server's side of TLS with a certificate that this test trusts."""
    certificate = ensure_certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.path, certificate.key_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    return context


class FreePortController(Controller):
    """aiosmtpd's controller, which knows the port that it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def serving(server: Server) -> Iterator[Callable[..., str]]:
    """Serve on a free port, and return `host:port`."""
    running: list[Controller] = []

    def serve(**options: Any) -> str:
        controller = FreePortController(server, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        return f"127.0.0.1:{controller.port}"

    yield serve
    for controller in running:
        controller.stop()


def sending_to(house: House, url: str) -> House:
    """Return the same house with mail leaving through `url`."""
    settings = house.settings.model_copy(update={"smtp_url": SecretStr(url)})
    return House(**(vars(house) | {"settings": settings}))


def only_alice(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """Know one account: alice, whose password holds what an address must escape."""
    return AuthResult(success=(data.login, data.password) == (b"alice", b"p@ss:w/rd"))
