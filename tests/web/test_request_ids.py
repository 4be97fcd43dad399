import json
import logging

import pytest
import structlog

from commonplace.web.guards import anyone


@pytest.fixture
def seen(app):
    seen = []

    @app.get("/logs")
    @anyone
    def log():
        seen.append(dict(structlog.contextvars.get_contextvars()))
        logging.getLogger("commonplace").warning("something")
        return "logged"

    return seen


def test_every_answer_has_an_id_of_its_own(client):
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/", "/nowhere", "/api/v1/snaps", "/users/settings")}
    assert len(ids) == 4


def test_the_id_that_an_answer_has_stands_in_the_log(client, seen):
    ids = [client.get("/logs").headers["X-Request-Id"] for _ in range(2)]
    assert seen == [{"request": each} for each in ids]


def test_a_caller_cannot_choose_the_id(client):
    assert client.get("/", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] != "mine"


def test_a_problem_has_the_id_in_its_header(client):
    response = client.get("/api/v1/nowhere")
    assert len(response.headers["X-Request-Id"]) == 16
    assert response.headers["X-Request-Id"] not in json.dumps(response.json)
