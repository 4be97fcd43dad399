"""What the OpenAPI document promises, held against what the application does, by schemathesis."""

import re
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from sqlalchemy import select
from sqlalchemy.orm import Session

from commonplace.posts.models import Post
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.users.rules_sign_in import SCOPES
from commonplace.users.service_follows import follow_user
from commonplace.users.service_tokens import create_token
from tests.factories import make_reply, make_snap, make_user

DOCUMENT = "/api/v1/openapi.json"
ADDRESSES = (Path(__file__).parents[1] / "architecture" / "urls.txt").read_text(encoding="utf-8").splitlines()
OPERATIONS = [
    (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path.removeprefix("/api")))
    for *methods, path in map(str.split, ADDRESSES)
    for method in methods
    if path.startswith("/api/") and path not in {"/api/docs", "/api/openapi.json"}
]

EXCLUDED = [
    positive_data_acceptance,  # a schema cannot say everything: which names are free, where a page ended
    ignored_auth,  # guesses so many passwords that it is told to wait; see test_guards.py
]
EXAMPLES = 15
ASKED = {
    "/search": {"q": "hello"},
    "/snaps": {"limit": 1, "author": "ada"},
    "/posts": {"limit": 1, "author": "ada", "tag": "tag"},
}


@pytest.fixture
def token(session: Session) -> str:
    """The token, of every scope, of a user who has shared a snap, edited it and answered it, and has a friend."""
    ada, bob = make_user(session, "ada", role="owner"), make_user(session, "bob")
    follow_user(session, ada, bob)
    follow_user(session, bob, ada)
    snap = make_snap(session, ada)
    edit_snap(session, ada, snap, SnapValues("print('hello again')", audience="public"))
    make_reply(session, ada, snap, "hello #tag")
    _, secret = create_token(session, ada, label="a program", scopes=list(SCOPES), expires_on=None)
    session.commit()
    return secret


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_keeps_its_promises_whatever_is_sent(app: Flask, token: str, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path][method]
    takes_anything = operation.body or operation.query or operation.path_parameters
    modes = list(GenerationMode) if takes_anything else [GenerationMode.POSITIVE]

    @given(case=one_of([operation.as_strategy(generation_mode=mode) for mode in modes]))
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def keeps(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=EXCLUDED)

    keeps()


@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "GET"])
def test_what_is_there_is_answered_as_it_is_documented(app: Flask, session: Session, token: str, path: str) -> None:
    shared = Post if path.startswith("/posts") else Snap
    key = session.scalars(select(shared.hash_key)).one()
    named = {"hash_key": key, "username": "ada", "user_id": 1, "number": 1}
    case = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path]["GET"].Case(
        path_parameters={name: value for name, value in named.items() if f"{{{name}}}" in path},
        query=ASKED.get(path, {}),
    )
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=EXCLUDED)
    assert answer.status_code == 200
    assert "items" not in answer.text or answer.json()["items"]
