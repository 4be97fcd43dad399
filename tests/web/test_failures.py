import sqlite3
from contextlib import closing
from http import HTTPStatus

import pytest
from psycopg.errors import NotNullViolation, UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    BadRequest,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    TooManyRequests,
    Unauthorized,
    default_exceptions,
)

from commonplace.core.errors import Conflict, Forbidden, Invalid, TooLarge, Unavailable
from commonplace.web.failures import SENTENCES, Failure, failure_of


def refused_by_sqlite(statement):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table t (a integer unique not null)")
        connection.execute("insert into t values (1)")
        with pytest.raises(sqlite3.IntegrityError) as refused:
            connection.execute(statement)
    return IntegrityError(statement, None, refused.value)


@pytest.mark.parametrize("category", [Invalid, Forbidden, Conflict, TooLarge])
def test_what_the_house_raises_is_told_in_its_own_words(category):
    error = category("That name is taken.", fields={"username": "taken"})
    assert failure_of(error) == Failure(category.status, "That name is taken.", {"username": "taken"})


def test_what_may_work_later_says_when():
    assert failure_of(Unavailable("Busy.", retry_after=7)) == Failure(503, "Busy.", headers={"Retry-After": "7"})
    assert failure_of(Unavailable("Often.", retry_after=7, status=429)).status == 429


@pytest.mark.parametrize("status", sorted(set(default_exceptions) & set(SENTENCES) - {413, 500}))
def test_what_http_raises_is_told_in_ours(status):
    failure = failure_of(default_exceptions[status]())
    assert (failure.status, failure.sentence) == (status, SENTENCES[status])
    assert failure.title == HTTPStatus(status).phrase


def test_a_status_without_a_sentence_of_ours_has_https():
    assert failure_of(default_exceptions[418]()) == Failure(418, "I'm a Teapot")


def test_a_sentence_that_was_given_is_kept():
    assert failure_of(NotFound("There is no such thing.")).sentence == "There is no such thing."


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        (MethodNotAllowed(["GET"]), {"Allow": "GET"}),
        (TooManyRequests(retry_after=30), {"Retry-After": "30"}),
        (RequestedRangeNotSatisfiable(12), {"Content-Range": "bytes */12"}),
        (Unauthorized(), {"WWW-Authenticate": 'Bearer realm="commonplace", Basic realm="commonplace"'}),
        (BadRequest(), {}),
    ],
)
def test_headers_that_belong_to_a_status_are_kept_and_no_others(error, headers):
    assert failure_of(error).headers == headers


@pytest.mark.parametrize(
    "error",
    [
        StaleDataError("a row was changed"),
        refused_by_sqlite("insert into t values (1)"),
        IntegrityError("insert", None, UniqueViolation()),
    ],
    ids=["version", "sqlite", "postgresql"],
)
def test_two_writers_that_meet_are_a_conflict(error):
    assert failure_of(error) == Failure(409, SENTENCES[409])


@pytest.mark.parametrize(
    "error",
    [
        refused_by_sqlite("insert into t values (null)"),
        IntegrityError("insert", None, NotNullViolation()),
        ZeroDivisionError("the secret is 42"),
    ],
    ids=["sqlite", "postgresql", "anything"],
)
def test_a_defect_is_logged_and_tells_nothing(error, caplog):
    assert failure_of(error) == Failure(500, SENTENCES[500])
    (record,) = caplog.records
    assert (record.levelname, record.exc_info[1]) == ("ERROR", error)


@pytest.mark.parametrize("error", [OperationalError("select", None, sqlite3.OperationalError("locked")), PoolTimeout()])
def test_a_database_that_does_not_answer_is_busy(error, caplog):
    assert failure_of(error) == Failure(503, SENTENCES[503], headers={"Retry-After": "5"})
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_what_is_raised_after_a_view_has_returned_is_told_as_what_it_is():
    assert failure_of(InternalServerError(original_exception=Conflict("Taken."))) == Failure(409, "Taken.")
    assert failure_of(InternalServerError()) == Failure(500, SENTENCES[500])
