import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from commonplace.core.prepared import list_ids, list_rows
from commonplace.core.several import is_one_of
from commonplace.users.models import User
from tests.architecture.test_query_counts import counted
from tests.factories import make_user

BY_ID = select(User.id, User.username).where(is_one_of(User.id, "ids")).order_by(User.id)
BY_NAME = select(User.id).where(is_one_of(User.username, "names")).order_by(User.id)
OTHERS = select(User.id).where(~is_one_of(User.username, "names")).order_by(User.id)


@pytest.fixture
def people(session):
    people = [make_user(session, name) for name in ("ada", "bob", "cleo")]
    session.commit()
    return people


def test_a_column_is_compared_with_many_few_or_none(session, people):
    ada, bob, cleo = people
    assert list_rows(session, BY_ID, {"ids": [cleo.id, ada.id, 404]}) == [(ada.id, "ada"), (cleo.id, "cleo")]
    assert list_ids(session, BY_NAME, {"names": ["bob"]}) == [bob.id]
    assert list_ids(session, BY_NAME, {"names": []}) == []
    assert list_ids(session, OTHERS, {"names": ("bob", "ada")}) == [cleo.id]
    assert session.scalars(BY_NAME, {"names": ["cleo", "bob"]}).all() == [bob.id, cleo.id]  # by the usual way too


def test_the_statement_is_the_same_however_many_there_are(house, session, people):
    with counted(house.database.engine) as statements:
        for number in range(4):
            list_ids(session, BY_ID, {"ids": list(range(number))})
    assert len(set(statements)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(names=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5))
def test_whatever_the_values_are_they_are_values(session, people, names):
    known = {person.username: person.id for person in people}
    expected = sorted(known[name] for name in set(names) & known.keys())
    assert list_ids(session, BY_NAME, {"names": names}) == expected
