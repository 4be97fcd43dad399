"""How a message leaves the house: by SMTP, or into the folder `outbox` where no server is set."""

import logging
import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from commonplace.core.house import House
from commonplace.mail.composing import compose
from commonplace.mail.models import Mail

log = logging.getLogger(__name__)
TIMEOUT_S = 20.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Refused(Exception):
    """The server will not take this message, today or tomorrow."""


def deliver(house: House, mail: Mail) -> None:
    """Send the mail; raises Refused where trying again is of no use, OSError where it may be, or SealBroken."""
    message = compose(house, mail)
    url = house.settings.smtp_url.get_secret_value()
    if url:
        _send(urlsplit(url), mail.recipient, message)
        return
    name = f"{mail.created_on:%Y-%m-%dT%H%M%SZ}-{mail.id}.eml"
    path = house.settings.data_dir / "outbox" / name
    _write(path, message.as_bytes())
    log.info("no COMMONPLACE_SMTP_URL is set, the mail “%s” is in %s", mail.subject, path)


def _send(server: SplitResult, recipient: str, message: EmailMessage) -> None:
    sender = message["From"].addresses[0].addr_spec
    tls = ssl.create_default_context()
    try:
        with _connect(server, tls) as client:
            _introduce(client, server, tls)
            takes_8bit = client.has_extn("8bitmime")
            policy = message.policy.clone(cte_type="8bit" if takes_8bit else "7bit")
            options = ["BODY=8BITMIME"] if takes_8bit else []
            client.sendmail(sender, [recipient], message.as_bytes(policy=policy), options)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = error.recipients[recipient]
        raise _judged(code, reason, error) from error
    except smtplib.SMTPDataError as error:
        raise _judged(error.smtp_code, error.smtp_error, error) from error


def _connect(server: SplitResult, tls: ssl.SSLContext) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_S, context=tls)
    return smtplib.SMTP(host, server.port or 587, timeout=TIMEOUT_S)


def _introduce(client: smtplib.SMTP, server: SplitResult, tls: ssl.SSLContext) -> None:
    client.ehlo()
    is_private = server.scheme == "smtps" or server.hostname in LOOPBACK
    if server.scheme == "smtp" and client.has_extn("starttls"):
        client.starttls(context=tls)
        client.ehlo()
        is_private = True
    if server.username:
        if not is_private:
            raise smtplib.SMTPNotSupportedError(f"{server.hostname} offers no TLS: the password is not sent to it")
        client.login(unquote(server.username), unquote(server.password or ""))


def _judged(code: int, reason: bytes | str, error: smtplib.SMTPException) -> Exception:
    is_final = code >= 500  # RFC 5321, 4.2.1
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return Refused(f"{code} {text}") if is_final else error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
