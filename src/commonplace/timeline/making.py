"""The feed of a house, by the strategy that its settings name."""

from functools import lru_cache, partial

from sqlalchemy.orm import Session

from commonplace.core.house import House, house_of
from commonplace.core.pagination import Page
from commonplace.entries.kinds import known_kinds
from commonplace.entries.models import Entry
from commonplace.timeline.candidates import FullSource, Source
from commonplace.timeline.containers import Containers
from commonplace.timeline.containers_table import TableContainers
from commonplace.timeline.feed import Feed
from commonplace.timeline.queries_postgresql import PostgreSQLSource
from commonplace.timeline.queries_pushed import PushedSource
from commonplace.timeline.queries_sqlite import SQLiteSource
from commonplace.users.models import User


def make_feed(house: House) -> Feed:
    """Return the feed that this house's readers are shown."""
    sources: list[Source] = [make_pushed_source(house)] if is_pushing(house) else []
    if not house.database.is_sqlite:
        from commonplace.timeline.queries_ring import RingSource  # noqa: PLC0415 - slow import
        from commonplace.timeline.ring import Ring  # noqa: PLC0415 - slow import

        sources.append(RingSource(Ring()))
    return Feed(sources, _make_full_source(house))


def is_pushing(house: House) -> bool:
    """Tell whether this house pushes what is shared into containers."""
    return house.settings.feed != "read"


def make_pushed_source(house: House) -> PushedSource:
    """Return the source that reads and fills this house's containers."""
    full = _make_full_source(house)
    return PushedSource(house.database, partial(make_containers, house), full)


@lru_cache(maxsize=4)
def make_containers(house: House, log_id: int) -> Containers:
    """Return the containers that go with a log of additions: in Redis where one is set, else in the database."""
    if not house.settings.redis_url:
        return TableContainers(house.database)
    from commonplace.timeline.containers_redis import RedisContainers  # noqa: PLC0415 - slow import

    return RedisContainers(house.settings.redis_url, log_id)


def _make_full_source(house: House) -> FullSource:
    return SQLiteSource() if house.database.is_sqlite else PostgreSQLSource()


def read_newsfeed(session: Session, user: User, cursor: str | None, limit: int) -> Page[Entry]:
    """Return a page of a user's feed, for whoever asks the user for it, outside a request too."""
    house = house_of(session)
    offered = house.settings.kinds
    kinds = [kind.name for kind in known_kinds().values() if not offered or kind.package in offered]
    return _feed_of(house).list_entries(session, user, kinds, cursor=cursor, limit=limit)


@lru_cache(maxsize=4)
def _feed_of(house: House) -> Feed:
    return make_feed(house)
