import json

import pytest

from commonplace.mail.models import Mail
from commonplace.users import service_mail
from tests.factories import make_user

LETTERS = [
    (service_mail.mail_verification, {}, "/users/verify/"),
    (service_mail.mail_reset, {}, "/users/reset/"),
    (service_mail.mail_password_changed, {}, "/users/forgot"),
    (service_mail.mail_email_changed, {"new_email": "new@example.org"}, "new@example.org"),
    (service_mail.mail_closed, {}, "/users/login"),
]


@pytest.mark.parametrize(("write", "values", "told"), LETTERS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_letter_says_who_what_and_where(session, house, write, values, told):
    anna = make_user(session, "anna")
    write(session, house, anna, **values)
    mail = session.query(Mail).one()
    assert mail.recipient == "anna@example.org"
    assert mail.subject.startswith("Commonplace: ")
    content = json.loads(house.keys.open(mail.sealed_content, row=mail.row, field="content"))
    for body in (content["text"], content["html"]):
        assert "Hello anna" in body
        assert told in body
