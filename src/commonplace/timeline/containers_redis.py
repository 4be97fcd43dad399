"""Containers in Redis: a string for each reader, of numbers of eight bytes: its version, its floor, and the ids.

A push costs one call for a thousand readers and touches only containers that are there. One that nobody reads is
dropped when it is full, and made again when its reader comes back. The keys name the log of additions that was pushed,
so that a database never meets what was pushed from another.
"""

import logging
import struct
import time
from collections.abc import Sequence
from secrets import randbelow
from typing import Any, cast

from redis import Redis, RedisError
from sqlalchemy.orm import Session

from commonplace.timeline.containers import CAPACITY, SLACK, ContainersLost, Contents, Filling

log = logging.getLogger(__name__)

PREFIX = "commonplace:feed:"
ITEM = struct.Struct(">Q")
FILLING = 1 << 63
"""In place of the floor, with the number of a filling added: a container that is being filled."""
FILLING_S = 30
KEPT_S = 30 * 24 * 60 * 60
MARK_KEPT_S = 2 * KEPT_S
FULL_BYTES = ITEM.size * (2 + CAPACITY + SLACK)
TIMEOUT_S = 0.5
SILENCE_S = 5.0

PUSH = """
for _, key in ipairs(KEYS) do
  local length = redis.call('strlen', key)
  if length >= tonumber(ARGV[2]) then redis.call('unlink', key)
  elseif length > 0 then redis.call('append', key, ARGV[1]) end
end
"""
BEGIN_FILLING = """
if redis.call('getrange', KEYS[1], 0, 7) == ARGV[1] then return 0 end
redis.call('setex', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2])
return 1
"""
END_FILLING = """
local present = redis.call('get', KEYS[1])
if present and string.sub(present, 1, 16) == ARGV[1] then
  redis.call('setex', KEYS[1], ARGV[3], ARGV[2] .. string.sub(present, 17))
end
"""
FINISH = """
if not string.find(redis.call('info', 'server'), 'run_id:' .. ARGV[2], 1, true) then return 'another' end
if tonumber(redis.call('get', KEYS[1]) or '0') ~= tonumber(ARGV[1]) then return 'lost' end
redis.call('setex', KEYS[1], ARGV[3], ARGV[1] + 1)
return 'done'
"""


class RedisContainers:
    """The containers that go with one log of additions.

    `mark` is the key of how many additions were pushed to everybody, as Redis remembers it.
    """

    def __init__(self, url: str, log_id: int) -> None:
        """Connect when first asked."""
        self._prefix = f"{PREFIX}{log_id}:"
        self.mark = f"{self._prefix}mark"
        self._redis = Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._push = self._redis.register_script(PUSH)
        self._begin_filling = self._redis.register_script(BEGIN_FILLING)
        self._end_filling = self._redis.register_script(END_FILLING)
        self._finish = self._redis.register_script(FINISH)
        self._silent_until = 0.0

    def find(
        self, session: Session, reader_id: int, version: int, *, pushed: int, before: int, number: int
    ) -> Contents | None:
        """Return the newest in the container, put in order."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            mark, packed = cast(Any, self._redis.mget(self.mark, self._key(reader_id)))
        except RedisError:
            self._fall_silent()
            return None
        if int(mark or 0) < pushed:
            raise ContainersLost
        return None if packed is None else _unpack(packed, version, before, number)

    def begin_filling(self, reader_id: int, version: int) -> Filling | None:
        """Make a container without a floor, for half a minute, in place of any of another version."""
        if time.monotonic() < self._silent_until:
            return None
        filling = Filling(reader_id, version, randbelow(FILLING))
        try:
            begun = ITEM.pack(version), ITEM.pack(FILLING + filling.number), FILLING_S
            return filling if self._begin_filling(keys=[self._key(reader_id)], args=begun) else None
        except RedisError:
            self._fall_silent()
            return None

    def end_filling(self, filling: Filling, contents: Contents) -> None:
        """Put floor and ids before what was pushed meanwhile."""
        begun = ITEM.pack(filling.version) + ITEM.pack(FILLING + filling.number)
        packed = struct.pack(f">{2 + len(contents.ids)}Q", filling.version, contents.floor_id, *contents.ids)
        try:
            self._end_filling(keys=[self._key(filling.reader_id)], args=[begun, packed, KEPT_S])
        except RedisError:
            self._fall_silent()

    def identity(self) -> str:
        """Return the number that Redis gave itself when it was started."""
        try:
            return str(cast(Any, self._redis.info("server"))["run_id"])
        except RedisError as error:
            raise OSError("Redis does not answer") from error

    def push(self, reader_ids: Sequence[int], entry_id: int) -> None:
        """Append the id to the containers that are there."""
        try:
            self._push(keys=[self._key(reader_id) for reader_id in reader_ids], args=[ITEM.pack(entry_id), FULL_BYTES])
        except RedisError as error:
            raise OSError("Redis did not take what was pushed") from error

    def finish(self, pushed: int, identity: str) -> int:
        """Move the mark up by one, in the Redis that took what was pushed.

        One that came back as it was some time ago has a lower mark, and one that heard of a commit that failed a
        higher one, which would hide a loss.
        """
        try:
            done = self._finish(keys=[self.mark], args=[pushed, identity, MARK_KEPT_S])
        except RedisError as error:
            raise OSError("Redis did not take the mark") from error
        if done == b"another":
            raise OSError("what was pushed is lost")
        if done == b"lost":
            raise ContainersLost
        return pushed + 1

    def clear(self, session: Session) -> None:
        """Drop all containers at once."""
        try:
            for key in self._redis.scan_iter(f"{self._prefix}[0-9]*", count=1_000):
                self._redis.unlink(key)
        except RedisError as error:
            raise OSError("Redis does not answer") from error

    def _fall_silent(self) -> None:
        log.warning("Redis failed and is left alone for %d seconds: feeds are read from the database", SILENCE_S)
        self._silent_until = time.monotonic() + SILENCE_S

    def _key(self, reader_id: int) -> str:
        return f"{self._prefix}{reader_id}"


def _unpack(packed: bytes, version: int, before: int, number: int) -> Contents | None:
    of_version, floor_id, *ids = struct.unpack(f">{len(packed) // ITEM.size}Q", packed)
    if of_version != version or floor_id >= FILLING:
        return None
    wanted = {entry_id for entry_id in ids if floor_id <= entry_id < before}
    return Contents(sorted(wanted, reverse=True)[:number], floor_id)
