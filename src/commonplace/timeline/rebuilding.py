"""All containers made anew from the database, a thousand readers at a time.

Pairs of reader and entry come in the order of entries. A sort by reader that keeps this order puts each feed together;
by a number of 16 bits NumPy does that by radix. To sort pairs packed into 64 bits would take half that time, which is a
hundredth of a rebuild (docs/performance.md).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from commonplace.core.errors import Unavailable
from commonplace.core.house import House
from commonplace.timeline import queries
from commonplace.timeline.containers import CAPACITY, Containers, Contents
from commonplace.timeline.making import make_containers
from commonplace.timeline.models import PulledAuthor, Reader
from commonplace.timeline.ring import Numbers, Pairs, Ring
from commonplace.timeline.service import begin_log
from commonplace.users.models import Follow, Mute, User, is_absent

READERS = 1_000
"""How many feeds are put together at a time; no more than 65,536, which 16 bits can tell apart."""
BLOCK = 4_000_000
"""How many pairs are sorted at a time."""
RETRY_AFTER_S = 60


def rebuild_feeds(house: House) -> tuple[int, int]:
    """Drop all containers and fill one for every user; return how many feeds, and how many entries are in them.

    Raises Unavailable where they cannot be reached; feeds are then read from the database, or made anew.
    """
    try:
        with house.database.writing() as session:
            log = queries.get_log(session)
            make_containers(house, log.id).clear(session)
            session.execute(delete(PulledAuthor))
            begin_log(session, instead_of=log.id)
    except OSError as error:
        raise Unavailable(f"{error}: no feed was rebuilt. Try again later.", retry_after=RETRY_AFTER_S) from error
    with house.database.reading() as session:
        containers = make_containers(house, queries.get_log(session).id)
    ring = Ring()
    feeds = entries = after_id = 0
    while True:
        with house.database.reading() as session:
            readers = _list_readers(session, after_id)
        if not readers:
            return feeds, entries
        entries += _rebuild_some(house, containers, ring, readers)
        feeds, after_id = feeds + len(readers), readers[-1][0]


def _rebuild_some(house: House, containers: Containers, ring: Ring, readers: Sequence[tuple[int, int]]) -> int:
    ours = [filling for reader in readers if (filling := containers.begin_filling(*reader))]
    with house.database.reading() as session:  # begun after the containers, which take what is shared from now on
        _, pairs = ring.look(session, 0)
        follows = _list_follows(session, [filling.reader_id for filling in ours])
    feeds = put_together(pairs, follows, np.array([filling.reader_id for filling in ours], dtype=np.int64))
    for filling, feed in zip(ours, feeds, strict=True):
        ids = feed[-CAPACITY:][::-1].tolist()
        is_cut = len(feed) > CAPACITY or not pairs.is_whole
        floor_id = 0 if not is_cut else ids[-1] if len(feed) > CAPACITY else int(pairs.ids[0])
        containers.end_filling(filling, Contents(ids, floor_id))
    return sum(min(len(feed), CAPACITY) for feed in feeds)


def put_together(pairs: Pairs, follows: Numbers, reader_ids: Numbers) -> list[Numbers]:
    """Return for each reader the ids by whom they read, oldest first: the newest `CAPACITY` and perhaps some more.

    `follows` are rows of reader and author; `reader_ids` are in order.
    """
    feeds: list[list[Numbers]] = [[] for _ in reader_ids]
    counts = np.zeros(len(reader_ids), dtype=np.int64)
    places = np.searchsorted(reader_ids, follows[:, 0]).astype(np.uint16)
    end = len(pairs.ids)
    while end > 0:
        is_open = counts[places] <= CAPACITY
        start, ids, owners = _expand(pairs, end, places[is_open], follows[is_open, 1])
        for place, feed in split_by_reader(ids, owners, len(reader_ids)):
            feeds[place].append(feed)
            counts[place] += len(feed)
        end = start if is_open.any() else 0
    return [np.concatenate(parts[::-1]) if parts else np.empty(0, dtype=np.int64) for parts in feeds]


def split_by_reader(ids: Numbers, owners: NDArray[np.uint16], readers: int) -> list[tuple[int, Numbers]]:
    """Return each owner's ids, in the order they came in, by one stable sort of the owners."""
    in_order = ids[np.argsort(owners, kind="stable")]
    ends = np.cumsum(np.bincount(owners, minlength=readers))
    starts = np.concatenate([[0], ends[:-1]])
    return [(int(place), in_order[starts[place] : ends[place]]) for place in np.flatnonzero(ends > starts)]


def _expand(
    pairs: Pairs, end: int, places: NDArray[np.uint16], author_ids: Numbers
) -> tuple[int, Numbers, NDArray[np.uint16]]:
    """Return pairs of id and owner for a block of entries before `end`, and where the block starts."""
    by_author = np.argsort(author_ids, kind="stable")
    number_of = np.bincount(author_ids, minlength=pairs.last_author_id + 1)
    first_of = np.concatenate([[0], np.cumsum(number_of)[:-1]])
    # as many entries as make a block: what the newest of them need, summed up from the end
    needed = np.cumsum(number_of[pairs.author_ids[:end]][::-1])
    length = max(1, int(np.searchsorted(needed, BLOCK, side="right")))
    start = max(0, end - length)
    authors = pairs.author_ids[start:end]
    times = number_of[authors]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    owners = places[by_author][np.repeat(first_of[authors], times) + within]
    return start, np.repeat(pairs.ids[start:end], times), owners


def _list_readers(session: Session, after_id: int) -> Sequence[tuple[int, int]]:
    version = func.coalesce(Reader.version, 0)
    present = select(User.id, version).outerjoin(Reader, Reader.user_id == User.id).where(~is_absent)
    rows = session.execute(present.where(User.id > after_id).order_by(User.id).limit(READERS))
    return [(user_id, number) for user_id, number in rows]


def _list_follows(session: Session, reader_ids: Sequence[int]) -> Numbers:
    mutes = select(Mute).where(Mute.muter_id == Follow.follower_id, Mute.muted_id == Follow.followed_id).exists()
    rows = session.execute(
        select(Follow.follower_id, Follow.followed_id).where(Follow.follower_id.in_(reader_ids), ~mutes)
    )
    own = [(reader_id, reader_id) for reader_id in reader_ids]
    return np.array([*map(tuple, rows), *own], dtype=np.int64).reshape(-1, 2)
