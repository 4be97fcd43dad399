"""From a stored mail to a message as RFC 5322 has it."""

import ipaddress
import json
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import urlsplit

from commonplace.core.house import House
from commonplace.mail.models import Mail
from commonplace.mail.rules import on_one_line

MAX_LINE = 998  # RFC 5322, 2.1.1


class _Policy(EmailPolicy):
    """SMTP's rules, but an address in angle brackets stays in one piece: folded, it would be encoded and dead."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n")


def compose(house: House, mail: Mail) -> EmailMessage:
    """Return the message, the same at every attempt; raises SealBroken where its content cannot be read."""
    content: dict[str, Any] = json.loads(house.keys.open(mail.sealed_content or "", row=mail.row, field="content"))
    host = _host(house.settings.site_url)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(on_one_line(house.settings.site_name), "noreply", host)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = mail.created_on
    message["Message-ID"] = f"<{mail.id}.{int(mail.created_on.timestamp())}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
    if content["unsubscribe_url"]:
        message["List-Unsubscribe"] = f"<{content['unsubscribe_url']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(content["text"], cte=_encoding(content["text"]))
    message.add_alternative(content["html"], subtype="html", cte=_encoding(content["html"]))
    return message


def _encoding(body: str) -> str:
    # as plain as can be: whoever opens the file finds every link whole
    if max(len(line.encode()) for line in body.splitlines()) > MAX_LINE:
        return "quoted-printable"
    return "7bit" if body.isascii() else "8bit"


def _host(site_url: str) -> str:
    host = urlsplit(site_url).hostname or ""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host.encode("idna").decode()
    return f"[IPv6:{ip}]" if ip.version == 6 else f"[{ip}]"  # RFC 5321, 4.1.3
