import logging
import secrets
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask, g, jsonify
from flask_login import LoginManager

from commonplace.config import Settings
from commonplace.core.errors import Unavailable
from commonplace.core.house import House
from commonplace.web import limits
from commonplace.web.failures import failure_of
from commonplace.web.limits import Attempts, limiter
from tests.servers import redis_url

NOON = "2026-11-20T12:00:00Z"


@dataclass
class User:
    id: int
    is_authenticated: bool = True


@limiter.limit("3 per minute")
def limited():
    return "fine"


def unlimited():
    return "fine"


def answer(error):
    failure = failure_of(error)
    return jsonify(message=failure.sentence), failure.status, failure.headers


def make_app(house):
    app = Flask(__name__)
    app.secret_key = "0123456789" * 4
    LoginManager(app).user_loader(lambda _token: None)
    limits.init_app(app, house)
    app.add_url_rule("/limited", view_func=limited)
    app.add_url_rule("/open", view_func=unlimited, methods=["GET", "POST"])
    app.register_error_handler(Exception, answer)
    return app


@pytest.fixture
def house(tmp_path):
    return House.build(Settings.read(data_dir=tmp_path))


@pytest.fixture
def app(house):
    return make_app(house)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as noon:
        yield noon


def test_a_view_answers_so_often_and_then_says_when_to_come_back(client, noon):
    assert [client.get("/limited").status_code for _ in range(3)] == [200, 200, 200]
    refused = client.get("/limited")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.json == {"message": "That was too often: try again in 60 seconds."}
    noon.shift(60)
    assert client.get("/limited").status_code == 200


def test_an_answer_says_what_is_left(client, noon):
    headers = client.get("/limited").headers
    assert {name: headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")} == {
        "Limit": "3",
        "Remaining": "2",
        "Reset": "60",
    }
    assert "Retry-After" not in headers


def test_reading_is_not_limited_and_writing_is(client):
    assert "RateLimit-Limit" not in client.get("/open").headers
    assert client.post("/open").headers["RateLimit-Limit"] == limits.WRITES.split()[0]


def test_callers_are_told_apart_by_address_and_by_account(client, app):
    for _ in range(4):
        client.get("/limited")
    other = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/limited", environ_base=other).status_code == 200
    assert client.get("/limited", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 429
    with app.test_request_context("/limited", environ_base=other):
        assert limits.caller() == "address 203.0.113.9"
        g.api_user = User(17)
        assert limits.caller() == "user 17"


def test_two_processes_share_the_counts(house, client):
    for _ in range(3):
        client.get("/limited")
    assert make_app(house).test_client().get("/limited").status_code == 429


def test_attempts_are_counted_per_key_and_end_in_429(app, noon):
    attempts = Attempts("3 per 15 minutes")
    for _ in range(3):
        attempts.check("alice")
        attempts.record("alice")
    with pytest.raises(Unavailable) as caught:
        attempts.check("alice")
    assert (caught.value.status, caught.value.retry_after) == (429, 900)
    assert caught.value.message == "That was too often: try again in 15 minutes."
    attempts.check("bob")
    noon.shift(900)
    attempts.check("alice")


def test_an_attempt_that_is_not_recorded_does_not_count(app):
    attempts = Attempts("1 per hour")
    for _ in range(5):
        attempts.check("alice")
    attempts.record("alice")
    with pytest.raises(Unavailable):
        attempts.check("alice")


@pytest.mark.parametrize("key", ["", "x" * 100_000, "a/b\x00", "\u202e 名前"])
def test_whatever_was_typed_can_be_counted(app, key):
    attempts = Attempts("1 per hour")
    attempts.record(key)
    with pytest.raises(Unavailable):
        attempts.check(key)


def broken(tmp_path, **settings):
    (tmp_path / "limits.sqlite3").write_bytes(b"this is no database, " * 100)
    return make_app(House.build(Settings.read(data_dir=tmp_path, **settings)))


@pytest.mark.parametrize("settings", [{}, {"redis_url": "redis://127.0.0.1:1/0"}])
def test_where_counting_fails_everybody_is_let_in_and_the_log_says_why(tmp_path, settings, caplog):
    client = broken(tmp_path, **settings).test_client()
    attempts = Attempts("1 per hour")
    with caplog.at_level(logging.ERROR):
        assert [client.get("/limited").status_code for _ in range(5)] == [200] * 5
        assert client.post("/open").status_code == 200
        for _ in range(3):
            attempts.record("alice")
            attempts.check("alice")
    assert "Failed to rate limit" in caplog.text
    assert "attempts cannot be counted" in caplog.text


@pytest.mark.server
def test_counts_stand_in_redis_where_one_is_set(tmp_path):
    client = make_app(House.build(Settings.read(data_dir=tmp_path, redis_url=redis_url()))).test_client()
    nobody_else = {"REMOTE_ADDR": f"2001:db8::{secrets.token_hex(2)}"}
    statuses = [client.get("/limited", environ_base=nobody_else).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert not (tmp_path / "limits.sqlite3").exists()
