"""How tests come in: by the pages, as people do."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commonplace.users.models import User
from tests.factories import PASSWORD


def csrf_token(client: FlaskClient, address: str) -> str:
    """Return the token of the first form on that page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, f"no form at {address}"
    return unescape(found[1])


def send(client: FlaskClient, address: str, *, at: str | None = None, **values: object) -> TestResponse:
    """Fill in and send the form of that page; `at` is where it stands, if not at the address it is sent to."""
    return client.post(address, data={"csrf_token": csrf_token(client, at or address)} | values)


def sign_in(client: FlaskClient, user: User, password: str = PASSWORD, **values: object) -> TestResponse:
    """Sign the user in by the page for it; the session that made the user must be committed."""
    response = send(client, "/users/login", username=user.username, password=password, **values)
    assert response.status_code == 302, response.text
    return response
