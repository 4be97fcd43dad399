"""Feeds that are pushed: all of them written anew, and one entry brought to all followers of its author."""

import time
from collections.abc import Sequence

import redis
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from benchmarks.feed_results import FanOut, Rebuild
from benchmarks.load import WrongAnswer
from benchmarks.rounds import Call, run_rounds, times_as_long
from commonplace.core.house import House
from commonplace.entries.models import Entry
from commonplace.entries.queries import is_listed
from commonplace.timeline.containers_redis import ITEM, PREFIX
from commonplace.timeline.making import make_containers
from commonplace.timeline.models import Addition, PulledAuthor
from commonplace.timeline.queries import get_log
from commonplace.timeline.rebuilding import rebuild_feeds
from commonplace.timeline.service import note_additions
from commonplace.timeline.tasks import MANY_FOLLOWERS, fan_out
from commonplace.users.models import Follow

AT_ONCE = 1_000
MOST = 1_000


def measure_rebuild(house: House) -> Rebuild:
    """Write all feeds anew, by the product's own way, and return how long that took."""
    started = time.perf_counter()
    feeds, pairs = rebuild_feeds(house)
    seconds = time.perf_counter() - started
    return Rebuild("Redis" if house.settings.redis_url else "its own tables", feeds, pairs, seconds)


def pull_popular(house: House) -> int:
    """Push something of each author whom `hybrid` does not push, so that it learns of them; return how many."""
    with house.database.reading() as session:
        popular = [author_id for author_id, followers in _list_popular(session, MOST) if followers > MANY_FOLLOWERS]
        newest = [_find_newest(session, author_id) for author_id in popular]
    for seq in _add(house, newest):
        fan_out(house, seq)
    return len(popular)


def measure_fan_out(house: House, redis_url: str, rounds: int) -> FanOut:
    """Return the rates for the most followed author's entry; raises WrongAnswer where not all got all of it."""
    with house.database.reading() as session:
        author_id, followers = _list_popular(session, 1)[0]
        entry_id = _find_newest(session, author_id)
    client = redis.Redis.from_url(redis_url)
    waiting = iter(_add(house, [entry_id] * (rounds + 1)))
    ours = Call(lambda: fan_out(house, next(waiting)), repeats=1)
    bare = Call(lambda: _write_bare(client, followers), repeats=1)
    before = _bytes_in_feeds(client)
    run_rounds([ours, bare], rounds)
    pushed = (_bytes_in_feeds(client) - before) // ITEM.size
    if pushed != (rounds + 1) * (followers + 1):  # the author reads what they share as well
        raise WrongAnswer(f"{pushed} were pushed in {rounds + 1} rounds to {followers} followers and the author")
    rate, bare_rate = (1e6 * followers / call.microseconds for call in (ours, bare))
    return FanOut(followers, ITEM.size, rate, bare_rate, times_as_long(bare.seconds, ours.seconds))


def tidy_up(house: House) -> None:
    """Leave the kept database as it was made."""
    with house.database.writing() as session:
        make_containers(house, get_log(session).id).clear(session)
        session.execute(delete(Addition))
        session.execute(delete(PulledAuthor))


def _list_popular(session: Session, limit: int) -> list[tuple[int, int]]:
    """Return the most followed authors, each with the number of their followers."""
    followers = func.count(Follow.follower_id)
    statement = select(Follow.followed_id, followers).group_by(Follow.followed_id).order_by(followers.desc())
    return [(author_id, number) for author_id, number in session.execute(statement.limit(limit))]


def _find_newest(session: Session, author_id: int) -> int:
    return session.scalars(select(func.max(Entry.id)).where(Entry.author_id == author_id, is_listed())).one()


def _add(house: House, entry_ids: Sequence[int]) -> list[int]:
    """Note that these came to stand in lists, again; return the numbers by which they are pushed."""
    with house.database.writing() as session:
        return [note_additions(session, [entry_id])[0].seq for entry_id in entry_ids]


def _write_bare(client: redis.Redis, number: int) -> None:
    item = ITEM.pack(1)
    for start in range(0, number, AT_ONCE):
        pipeline = client.pipeline(transaction=False)
        for place in range(start, min(start + AT_ONCE, number)):
            pipeline.append(f"bare:{place}", item)
        pipeline.execute()


def _bytes_in_feeds(client: redis.Redis) -> int:
    pipeline = client.pipeline(transaction=False)
    for key in client.scan_iter(f"{PREFIX}*:[0-9]*", count=AT_ONCE):
        pipeline.strlen(key)
    return sum(pipeline.execute())
