import base64
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from commonplace.core.errors import Unavailable
from commonplace.users.service_tokens import create_token
from commonplace.web import health
from tests.doors import sign_in
from tests.factories import PASSWORD, make_user

ELSEWHERE = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}


@pytest.fixture
def people(session):
    people = {role: make_user(session, role.title(), role=role) for role in ("owner", "moderator", "member")}
    session.commit()
    return people


def site_with(**checks):
    app = Flask(__name__)
    health.init_app(app, checks, may_see_metrics=lambda: False)
    return app.test_client()


def fail():
    raise Unavailable("the password is 42", retry_after=1)


def test_a_site_lives_whatever_its_parts_do():
    client = site_with(database=fail)
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})


def test_a_site_is_ready_when_every_part_is():
    response = site_with(database=lambda: None, broker=lambda: None).get("/readyz")
    assert (response.status_code, response.json) == (200, {"status": "ok", "database": "ok", "broker": "ok"})


@pytest.mark.parametrize(
    ("check", "told"), [(lambda: "nothing was done", "nothing was done"), (fail, "failing: Unavailable")]
)
def test_a_part_that_fails_is_named_with_its_fault_and_without_secrets(check, told):
    response = site_with(database=lambda: None, jobs=check).get("/readyz")
    assert (response.status_code, response.json) == (503, {"status": "failing", "database": "ok", "jobs": told})


def test_the_whole_site_names_its_four_parts(client):
    ready = client.get("/readyz")
    assert (ready.status_code, set(ready.json)) == (200, {"status", "database", "storage", "broker", "jobs"})


@pytest.mark.parametrize("part", ["database", "broker", "storage"])
def test_a_part_whose_file_is_gone_is_red(client, house, settings, part):
    if part == "broker":
        (settings.data_dir / "broker.sqlite3").mkdir()
    elif part == "storage":
        shutil.rmtree(settings.data_dir / "files")
    elif house.database.is_sqlite:
        house.database.dispose()
        path = Path(settings.database.removeprefix("sqlite:///"))
        path.rename(path.with_suffix(".away"))
        path.mkdir()
    else:
        pytest.skip("PostgreSQL has no file of ours")
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json[part].startswith("failing: ")


def test_metrics_are_for_this_machine(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get("/metrics", **ELSEWHERE).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_metrics_are_not_for_who_comes_through_a_proxy_on_this_machine(client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("moderator", 403), ("member", 403)])
def test_metrics_are_for_the_signed_in_owner(client, people, role, status):
    sign_in(client, people[role])
    assert client.get("/metrics", **ELSEWHERE).status_code == status


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [("owner", ["admin"], 200), ("owner", ["read", "write"], 403), ("member", ["read", "write", "admin"], 403)],
)
def test_metrics_are_for_the_owners_token_that_administers(client, session, people, role, scopes, status):
    _, secret = create_token(session, people[role], label="prometheus", scopes=scopes, expires_on=None)
    session.commit()
    response = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}, **ELSEWHERE)
    assert response.status_code == status


def test_a_wrong_password_for_the_metrics_is_told_with_the_ways_to_sign_in(client, people):
    basic = base64.b64encode(f"Owner:not {PASSWORD}".encode()).decode()
    response = client.get("/metrics", headers={"Authorization": f"Basic {basic}"}, **ELSEWHERE)
    assert (response.status_code, response.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


def test_what_is_answered_is_counted_by_endpoint_and_not_by_what_a_caller_makes_up(client):
    client.get("/explore")
    client.get("/nowhere/at/all")
    for number in range(3):
        client.open("/explore", method=f"MADEUP{number}")
    counted = dict(re.findall(r"^http_requests_total\{(.*)\} (.*)$", client.get("/metrics").text, re.MULTILINE))
    assert counted['endpoint="entries.explore",method="GET",status="200"'] == "1.0"
    assert counted['endpoint="none",method="GET",status="404"'] == "1.0"
    assert counted['endpoint="none",method="other",status="405"'] == "3.0"
    assert not [labels for labels in counted if "MADEUP" in labels or "/nowhere" in labels]
