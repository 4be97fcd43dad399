import re
from datetime import timedelta

import pytest

from commonplace.core import clock
from commonplace.core.errors import Invalid, NotFound
from commonplace.users.models import ApiToken
from commonplace.users.queries_access import find_api_token
from commonplace.users.service_tokens import (
    create_token,
    delete_expired_tokens,
    delete_token,
    delete_tokens,
    touch_token,
)
from tests.factories import make_user


@pytest.fixture
def anna(session):
    return make_user(session, "anna")


def make_token(session, user, label="backup", scopes=("read",), expires_on=None):
    return create_token(session, user, label=label, scopes=scopes, expires_on=expires_on)


def test_a_secret_is_random_shown_once_and_kept_as_a_hash(session, anna):
    token, secret = make_token(session, anna, " my\n backup ", ["write", "read"])
    assert re.fullmatch(r"cpl_[0-9A-Za-z]{32}", secret)
    assert secret not in repr(vars(token))
    assert (token.label, token.scopes) == ("my backup", "read write")
    assert find_api_token(session, secret) is token
    assert make_token(session, anna)[1] != secret


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": " "},
        {"label": "x" * 81},
        {"label": "a\x00b"},
        {"scopes": []},
        {"scopes": ["all"]},
        {"expires_on": clock.now() - timedelta(seconds=1)},
    ],
)
def test_what_is_wrong_is_refused_by_its_field(session, anna, wrong):
    with pytest.raises(Invalid) as refused:
        make_token(session, anna, **wrong)
    assert set(refused.value.fields) == set(wrong)


def test_use_is_noted(session, anna):
    token, _ = make_token(session, anna)
    assert token.used_on is None
    touch_token(session, token.id)
    assert clock.now() - token.used_on < timedelta(minutes=1)
    touch_token(session, token.id + 1)


def test_one_is_revoked_or_all_and_never_anothers(session, anna):
    (first, _), (second, _) = make_token(session, anna), make_token(session, anna)
    other, secret = make_token(session, make_user(session, "berta"))
    with pytest.raises(NotFound):
        delete_token(session, anna, other.id)
    delete_token(session, anna, first.id)
    assert {row.id for row in session.query(ApiToken)} == {second.id, other.id}
    delete_tokens(session, anna)
    assert find_api_token(session, secret) is other
    assert session.query(ApiToken).count() == 1


def test_an_expired_one_stays_a_month_to_be_seen(session, anna):
    tokens = [make_token(session, anna)[0] for _ in range(3)]
    tokens[0].expires_on = clock.now() - timedelta(days=29)
    tokens[1].expires_on = clock.now() - timedelta(days=31)
    session.flush()
    delete_expired_tokens(session)
    assert {row.id for row in session.query(ApiToken)} == {tokens[0].id, tokens[2].id}
