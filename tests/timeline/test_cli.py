import json

from sqlalchemy import func, select

from commonplace.timeline.models import Container
from tests.commands import begin, finish


def test_pushed_feeds_are_made_anew(house, session, stage):
    stage.share(4)
    url = house.database.engine.url.render_as_string(hide_password=False)
    command = begin(house.settings.data_dir, "feeds", "rebuild", "--json", database_url=url, feed="write")
    status, out, err = finish(command)
    assert (status, err) == (0, b"")
    assert json.loads(out) == {"strategy": "write", "feeds": 5, "entries": 7}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Container)) == 5


def test_where_none_are_pushed_it_says_so(house):
    url = house.database.engine.url.render_as_string(hide_password=False)
    status, out, err = finish(begin(house.settings.data_dir, "feeds", "rebuild", database_url=url))
    assert (status, err) == (0, b"")
    assert b"there is nothing to make anew" in out


def test_where_redis_is_gone_it_ends_with_one_line(house, free_port):
    settings = {
        "database_url": house.database.engine.url.render_as_string(hide_password=False),
        "redis_url": f"redis://127.0.0.1:{free_port}/0",
        "feed": "write",
    }
    status, out, err = finish(begin(house.settings.data_dir, "feeds", "rebuild", **settings))
    assert (status, out) == (75, b"")
    assert err == b"commonplace: Redis does not answer: no feed was rebuilt. Try again later.\n"
