from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import InvalidRequestError

from commonplace.core import clock
from commonplace.core.db import UtcDateTime
from commonplace.core.prepared import find_row, list_ids, list_rows
from commonplace.users.models import User
from tests.factories import make_user

BY_NAME = select(User.id, User.username).where(
    User.username == bindparam("username"), User.created_on <= bindparam("now", type_=UtcDateTime())
)


@pytest.fixture
def ada(session):
    ada = make_user(session, "ada")
    session.commit()
    return ada


def test_a_row_is_found_with_its_parameters_converted(house, ada):
    assert tuple(find_row(house.database, BY_NAME, {"username": "ada", "now": clock.now()})) == (ada.id, "ada")
    an_hour_ago = clock.now() - timedelta(hours=1)
    assert find_row(house.database, BY_NAME, {"username": "ada", "now": an_hour_ago}) is None


def test_what_is_asked_for_is_never_part_of_the_statement(house, ada):
    assert find_row(house.database, BY_NAME, {"username": "ada' or '1'='1", "now": clock.now()}) is None


def test_connections_go_back_to_the_pool(house, ada):
    for _ in range(50):
        find_row(house.database, BY_NAME, {"username": "ada", "now": clock.now()})
        with pytest.raises(InvalidRequestError):
            find_row(house.database, BY_NAME, {"username": "ada"})
    assert house.database.engine.pool.checkedout() == 0


def test_it_sees_what_others_have_committed_since(house, session, ada):
    asked = {"username": "ada", "now": clock.now()}
    assert find_row(house.database, BY_NAME, asked)
    ada.username = "ada-lovelace"
    session.commit()
    assert find_row(house.database, BY_NAME, asked) is None


def test_all_rows_are_listed_within_the_transaction_of_the_session(house, session, ada):
    make_user(session, "bob")
    session.flush()
    everybody = select(User.id, User.username).where(User.username != bindparam("username")).order_by(User.id)
    asked = {"username": "ada"}
    assert [row.username for row in list_rows(session, everybody, asked)] == ["bob"]
    with house.database.reading() as other:
        assert list_rows(other, everybody, asked) == []
        assert list_ids(other, everybody, {"username": "bob"}) == [ada.id]
