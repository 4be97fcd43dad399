import gc

from commonplace.core.house import House
from commonplace.live.hub import Hub
from commonplace.live.speakers import Outlet, outlet_of, register, speaker_of
from commonplace.live.views import KEY
from tests.sites import site


def test_an_application_speaks_by_its_own_connections(app, house):
    assert speaker_of(house) is app.extensions[KEY]


def test_a_process_without_one_has_nobody_to_speak_to_unless_a_redis_is_set(settings):
    house = House.build(settings)
    assert isinstance(speaker_of(house), Outlet)
    speaker_of(house).speak("user:7", "unread", {"count": 1})
    house.database.dispose()


def test_the_way_out_is_made_once(settings):
    house, other = House.build(settings), House.build(settings)
    assert outlet_of(house) is outlet_of(house)
    assert outlet_of(house) is not outlet_of(other)


def test_no_house_is_kept_alive(app, settings):
    house = House.build(settings)
    hub = Hub(app, house)
    register(house, hub)
    assert speaker_of(house) is hub
    del hub
    gc.collect()
    assert isinstance(speaker_of(house), Outlet)


def test_with_redis_away_a_process_speaks_into_the_wind(tmp_path, caplog):
    with site(tmp_path / "data", redis_url="redis://127.0.0.1:1/0") as app:
        speaker = speaker_of(app.extensions["commonplace"])
        for number in range(3):
            speaker.speak("user:7", "unread", {"count": number})
    said = [record for record in caplog.records if record.name.startswith("commonplace.live")]
    assert [record.levelname for record in said] == ["WARNING"]  # and left alone from then on
