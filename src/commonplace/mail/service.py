"""The one way to send a mail: write it down with what caused it, in the same transaction."""

import json
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any

from sqlalchemy.orm import Session

from commonplace.core.errors import invalid_field
from commonplace.core.house import House
from commonplace.jobs.job import nudge
from commonplace.mail.models import Mail
from commonplace.mail.rendering import render
from commonplace.mail.rules import on_one_line
from commonplace.mail.tasks import send_mail

MAX_SUBJECT = 200


def queue_mail(
    session: Session,
    house: House,
    *,
    recipient: str,
    template: str,
    subject: str,
    unsubscribe_url: str | None = None,
    **values: Any,
) -> Mail:
    """Return the mail, to be sent once `session` has committed.

    `values` are what the template needs besides the site's name and address, the subject and `unsubscribe_url`,
    which must take a POST without sign-in. Raises Invalid where `recipient` is no address.
    """
    subject = on_one_line(subject)[:MAX_SUBJECT]
    settings = house.settings
    bodies = render(
        template,
        **values,
        subject=subject,
        unsubscribe_url=unsubscribe_url,
        site_name=settings.site_name,
        site_url=settings.site_url,
    )
    mail = Mail(recipient=_checked(recipient), subject=subject)
    session.add(mail)
    session.flush()  # the content is sealed for this row
    content = json.dumps({"text": bodies.text, "html": bodies.html, "unsubscribe_url": unsubscribe_url})
    mail.sealed_content = house.keys.seal(content, row=mail.row, field="content")
    nudge(session, send_mail, mail.id)
    return mail


def _checked(recipient: str) -> str:
    try:
        address = Address(addr_spec=recipient)
        return Address(username=address.username, domain=address.domain.encode("idna").decode()).addr_spec
    except (MessageError, ValueError, IndexError):
        raise invalid_field("email", "This is not an e-mail address.") from None
