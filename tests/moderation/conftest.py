"""A site with an owner, two moderators and some members, and their clients."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.doors import sign_in
from tests.factories import make_user


@pytest.fixture
def people(session: Session) -> SimpleNamespace:
    people = SimpleNamespace(
        owner=make_user(session, "olga", role="owner"),
        mod=make_user(session, "mod", role="moderator"),
        other_mod=make_user(session, "mona", role="moderator"),
        ada=make_user(session, "ada"),
        bob=make_user(session, "bob"),
        cleo=make_user(session, "cleo"),
    )
    session.commit()
    return people


@pytest.fixture
def as_(app: Flask, people: SimpleNamespace) -> Callable[[str], FlaskClient]:
    """Return a client in which that one of the people is signed in."""

    def enter(name: str) -> FlaskClient:
        client = app.test_client()
        sign_in(client, getattr(people, name))
        return client

    return enter
