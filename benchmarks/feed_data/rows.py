"""The rows of all tables that a feed is made of, in the order in which tables refer to one another."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.feed_data.people import Numbers, People, make_people
from benchmarks.feed_data.shared import END, START, Shared, make_shared
from benchmarks.feed_data.size import Size
from benchmarks.feed_data.texts import Snippet, make_posts, make_snippets
from commonplace.core.ids import BASE62, EPOCH, HASH_KEY_LENGTH, IDS_PER_MILLISECOND
from commonplace.entries.models import AUDIENCES
from commonplace.users.lookalikes import skeleton_of
from commonplace.users.rules import fold_username

PASSWORD = "a long walk by the sea"  # noqa: S105 - of people who do not exist
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$czRcztdxUbj3JUCQlWqqPQ$rjXjj15UTFOxLmCHlqTcucxKJJWx9wVQtUbtJRXrdeM"  # noqa: S105 - as above
"""Of that password, which all have; made anew it would differ each time."""
AT_ONCE = 50_000
Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """A table's name, the columns that get values, and its rows, made as they are asked for."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row]


def make_tables(size: Size) -> Iterator[Table]:
    """Yield the tables of that size and seed; the user who follows as a reader does is the one of that name."""
    people = make_people(size)
    yield Table("users", USER_COLUMNS, _users(size))
    yield Table("follows", ("follower_id", "followed_id", "created_on"), _follows(people))
    shared = make_shared(size, people)
    yield Table("entries", ENTRY_COLUMNS, _entries(size, shared))
    yield Table("entry_ancestors", ("entry_id", "ancestor_id"), _ancestors(shared))
    yield Table("posts", ("id", "content", "mentioned"), _posts(size, shared))
    yield Table("snaps", SNAP_COLUMNS, _snaps(size, shared))


USER_COLUMNS = (
    *("id", "username", "folded", "skeleton", "email", "email_folded", "email_verified_on"),
    *("password", "role", "about", "created_on"),
)


def _users(size: Size) -> Iterator[Row]:
    names = [reader.username for reader in size.readers]
    for number in range(size.people):
        name = names[number] if number < len(names) else f"person-{number:06}"
        email = f"{name}@commonplace.example"
        role = "member" if number else "owner"
        keys = (number + 1, name, fold_username(name), skeleton_of(name), email, email, _text_of(START))
        yield *keys, PASSWORD_HASH, role, "", _text_of(START)


def _follows(people: People) -> Iterator[Row]:
    started_on = _text_of(START)
    for follower, followed in _in_parts(people.follower + 1, people.followed + 1):
        for pair in zip(follower.tolist(), followed.tolist(), strict=True):
            yield *pair, started_on


ENTRY_COLUMNS = (
    *("id", "kind", "hash_key", "author_id", "audience", "version", "created_on"),
    *("deleted_on", "deleted_by_id", "parent_id", "depth"),
)


def _entries(size: Size, shared: Shared) -> Iterator[Row]:
    rng = np.random.default_rng([size.seed, 3])
    ended_on = _text_of(END)
    parent_ids = np.where(shared.parent >= 0, shared.id[shared.parent], 0)
    arrays = (shared.id, shared.author + 1, shared.audience, shared.is_snap, shared.is_deleted, parent_ids)
    for part in _in_parts(*arrays):
        ids, authors, audiences, snaps, deleted, parents = (array.tolist() for array in part)
        times = np.datetime_as_string(_times_of(part[0])).tolist()
        keys = _hash_keys(len(ids), rng)
        columns = zip(ids, authors, audiences, snaps, deleted, parents, times, keys, strict=True)
        for id_, author, audience, is_snap, is_deleted, parent, time, key in columns:
            kind = "snap" if is_snap else "post"
            gone = (ended_on, author) if is_deleted else (None, None)
            above = (parent, 1) if parent else (None, 0)
            yield id_, kind, key, author, AUDIENCES[audience], 1, time.replace("T", " "), *gone, *above


def _ancestors(shared: Shared) -> Iterator[Row]:
    is_reply = shared.parent >= 0
    for ids, parent_ids in _in_parts(shared.id[is_reply], shared.id[shared.parent[is_reply]]):
        yield from zip(ids.tolist(), parent_ids.tolist(), strict=True)


def _posts(size: Size, shared: Shared) -> Iterator[Row]:
    rng = np.random.default_rng([size.seed, 4])
    texts = make_posts(rng)
    for (ids,) in _in_parts(shared.id[~shared.is_snap]):
        chosen = rng.integers(0, len(texts), ids.size).tolist()
        yield from ((id_, texts[place], "") for id_, place in zip(ids.tolist(), chosen, strict=True))


SNAP_COLUMNS = ("id", *(field.name for field in fields(Snippet)), "revision")


def _snaps(size: Size, shared: Shared) -> Iterator[Row]:
    rng = np.random.default_rng([size.seed, 5])
    snippets = [astuple(snippet) for snippet in make_snippets(rng)]
    for (ids,) in _in_parts(shared.id[shared.is_snap]):
        chosen = rng.integers(0, len(snippets), ids.size).tolist()
        yield from ((id_, *snippets[place], 1) for id_, place in zip(ids.tolist(), chosen, strict=True))


def _in_parts(*arrays: NDArray[Any]) -> Iterator[tuple[NDArray[Any], ...]]:
    for start in range(0, arrays[0].size, AT_ONCE):
        yield tuple(array[start : start + AT_ONCE] for array in arrays)


def _hash_keys(count: int, rng: np.random.Generator) -> list[str]:
    signs = np.frombuffer(BASE62.encode(), np.uint8)
    keys = signs[rng.integers(0, len(BASE62), (count, HASH_KEY_LENGTH), np.uint8)]
    return [key.decode() for key in keys.view(f"S{HASH_KEY_LENGTH}").ravel().tolist()]


def _times_of(ids: Numbers) -> NDArray[np.datetime64]:
    since = np.datetime64(EPOCH.replace(tzinfo=None), "us")
    times: NDArray[np.datetime64] = since + (ids // IDS_PER_MILLISECOND).astype("timedelta64[ms]")
    return times


def _text_of(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
