import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.timeline import queries_tokens
from commonplace.timeline.service_tokens import create_feed_token


def test_a_secret_opens_its_users_feed_until_the_user_is_absent(session, stage):
    secret = create_feed_token(session, stage.reader)
    assert queries_tokens.get_feed_token_by_secret(session, secret).user is stage.reader
    with pytest.raises(NotFound):
        queries_tokens.get_feed_token_by_secret(session, secret[:-1])
    stage.reader.closed_on = clock.now()
    session.flush()
    with pytest.raises(NotFound):
        queries_tokens.get_feed_token_by_secret(session, secret)


def test_a_token_is_its_users_alone(session, stage):
    create_feed_token(session, stage.reader)
    (token,) = queries_tokens.list_feed_tokens(session, stage.reader)
    assert queries_tokens.get_feed_token(session, stage.reader, token.id) is token
    for user, token_id in ((stage.stranger, token.id), (stage.reader, 404), (stage.reader, 1 << 62)):
        with pytest.raises(NotFound):
            queries_tokens.get_feed_token(session, user, token_id)
