import pytest

from commonplace.timeline.containers_redis import RedisContainers
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.making import is_pushing, make_containers, make_feed
from commonplace.timeline.queries_pushed import PushedSource
from commonplace.timeline.queries_ring import RingSource
from tests.timeline.histories import with_settings


@pytest.mark.parametrize("strategy", ["write", "hybrid"])
def test_a_setting_lets_a_house_push(house, strategy):
    assert not is_pushing(house)
    pushing = with_settings(house, feed=strategy)
    assert is_pushing(pushing)
    assert isinstance(make_feed(pushing)._sources[0], PushedSource)


def test_without_it_feeds_are_put_together_when_they_are_read(house):
    assert [type(source) for source in make_feed(house)._sources] == ([] if house.database.is_sqlite else [RingSource])


def test_containers_are_in_redis_where_one_is_set_and_made_once(house):
    assert isinstance(make_containers(house, 1), TableContainers)
    with_redis = with_settings(house, redis_url="redis://127.0.0.1:6379/9")
    assert isinstance(make_containers(with_redis, 1), RedisContainers)
    assert make_containers(with_redis, 1) is make_containers(with_redis, 1)
    assert make_containers(with_redis, 1) is not make_containers(with_redis, 2)


def test_a_user_speaks_as_in_the_classic_model(session, stage):
    reader, stranger = stage.reader, stage.stranger
    stage.share(4)
    assert [entry.id for entry in reader.newsfeed().items] == stage.expected()
    assert reader.follow(stranger)
    assert not reader.follow(stranger)
    assert reader.is_following(stranger)
    assert reader.newsfeed(limit=1).items[0].author is stranger
    assert reader.unfollow(stranger)
    assert [entry.id for entry in reader.newsfeed().items] == stage.expected()
