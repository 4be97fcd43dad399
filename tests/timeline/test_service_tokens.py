import pytest
from sqlalchemy import select

from commonplace.core.errors import Conflict
from commonplace.timeline.models import FeedToken
from commonplace.timeline.service_tokens import MOST, create_feed_token, delete_feed_token, touch_feed_token


def test_a_secret_is_long_random_and_kept_nowhere(session, stage):
    secrets = {create_feed_token(session, stage.reader) for _ in range(MOST)}
    assert len(secrets) == MOST
    assert {len(secret) for secret in secrets} == {43}
    kept = str(session.execute(select(FeedToken.__table__)).all())
    assert not any(secret in kept for secret in secrets)
    with pytest.raises(Conflict):
        create_feed_token(session, stage.reader)
    create_feed_token(session, stage.stranger)


def test_one_can_be_revoked_and_the_others_stay(session, stage):
    for _ in range(2):
        create_feed_token(session, stage.reader)
    first, second = session.scalars(select(FeedToken).order_by(FeedToken.id)).all()
    delete_feed_token(session, stage.reader, first.id)
    assert session.scalars(select(FeedToken)).all() == [second]


def test_its_use_is_noted(session, stage):
    create_feed_token(session, stage.reader)
    token = session.scalars(select(FeedToken)).one()
    assert token.used_on is None
    touch_feed_token(session, token.id)
    assert token.used_on is not None
    touch_feed_token(session, 404)
