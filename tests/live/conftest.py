"""People who are signed in, as the cookie of a browser."""

import pytest

from tests.doors import sign_in
from tests.factories import make_user
from tests.live.peers import served


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    session.commit()
    return user


@pytest.fixture
def bob(session):
    user = make_user(session, "bob")
    session.commit()
    return user


@pytest.fixture
def cookie_of(app):
    """Sign a user in, on another device each time, and return the cookie."""

    def cookie_of(user):
        client = app.test_client()
        sign_in(client, user)
        return client.get_cookie("commonplace").value

    return cookie_of


@pytest.fixture
def site(settings):
    with served(settings) as site:
        yield site
