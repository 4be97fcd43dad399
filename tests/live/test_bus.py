"""Several processes, joined by a real Redis."""

import pytest

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.live.bus import channel_of
from commonplace.live.service import tell
from tests.jobs.workers import wait_until
from tests.live.peers import OpenPage, own_redis, served
from tests.servers import redis_url

pytestmark = pytest.mark.server


@pytest.fixture
def redis():
    with own_redis() as redis:
        yield redis


def test_what_one_process_says_reaches_the_pages_of_all(settings, ada, bob, cookie_of):
    url = redis_url()
    with (
        served(settings, redis_url=url) as one,
        served(settings, redis_url=url) as other,
        OpenPage(one, cookie_of(ada)) as hers,
        OpenPage(other, cookie_of(bob)) as his,
    ):
        wait_until(lambda: hers.hears(other) and his.hears(one))
        other.say(ada.id, "unread", count=1)
        one.say("shared-by-7", "new-entry", id=3)
        one.say(bob.id, "unread", count=2)
        assert hers.next_event() == ("unread", {"count": 1})
        assert hers.next_event() == his.next_event() == ("new-entry", {"id": 3})
        assert his.next_event() == ("unread", {"count": 2})


def test_what_a_process_without_pages_says_reaches_them(settings, ada, cookie_of, redis):
    with (
        served(settings, redis_url=redis.url) as site,
        served(settings, redis_url=redis.url) as without_pages,
        OpenPage(site, cookie_of(ada)) as page,
    ):
        wait_until(lambda: page.hears(without_pages))
        house = House.build(settings.model_copy(update={"redis_url": redis.url}))
        with house.database.writing() as session:
            tell(session, house, ada.id, "unread", {"count": 5})
        assert page.next_event() == ("unread", {"count": 5})
        house.database.dispose()


def test_with_redis_gone_all_goes_on_within_each_process_and_with_redis_back_between_them(
    settings, ada, bob, cookie_of, redis
):
    with served(settings, redis_url=redis.url) as one, served(settings, redis_url=redis.url) as other:
        cookie = cookie_of(bob)
        with OpenPage(one, cookie_of(ada)) as hers, OpenPage(other, cookie) as his:
            wait_until(lambda: his.hears(one))
            redis.kill()
            for number in range(3):
                one.say(ada.id, "unread", count=number)
                other.say(bob.id, "unread", count=number)
                assert one.get("/").status_code == other.get("/explore").status_code == 200
                assert hers.next_event() == his.next_event() == ("unread", {"count": number})
            with OpenPage(other, cookie) as later:
                assert later.hears(other)
            redis.start()
            wait_until(lambda: hers.hears(other) and his.hears(one))


def test_a_site_whose_redis_was_never_there_is_live_all_the_same(settings, ada, cookie_of):
    with served(settings, redis_url="redis://127.0.0.1:1/0") as site, OpenPage(site, cookie_of(ada)) as page:
        site.say(ada.id, "unread", count=1)
        assert page.next_event() == ("unread", {"count": 1})


def test_another_site_on_the_same_redis_hears_nothing(tmp_path):
    houses = [House.build(Settings.read(data_dir=tmp_path / name)) for name in ("one", "other", "one")]
    channels = [channel_of(house) for house in houses]
    assert channels[0] == channels[2] != channels[1]
    assert not [key for house in houses for key in house.keys.signing_keys if key in "".join(channels)]
