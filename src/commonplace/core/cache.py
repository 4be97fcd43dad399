"""What takes long to make and may be lost at any moment: text and bytes, in memory, in files or in Redis.

Nothing is pickled, so that whoever can write to the cache can spoil a page but run nothing.
"""

import logging
import sys
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import IO, Any, TypeVar

from cachelib import BaseCache, FileSystemCache, RedisCache
from cachelib.serializers import FileSystemSerializer, RedisSerializer

log = logging.getLogger(__name__)

KEPT_FOR_S = 30 * 24 * 60 * 60
FOLDER_BYTES = 256 * 1024 * 1024
MEMORY_BYTES = 8 * 1024 * 1024
SILENCE_S = 5.0
REDIS_TIMEOUT_S = 0.25

Value = TypeVar("Value", str, bytes)


class PlainSerializer(FileSystemSerializer, RedisSerializer):
    """A CRC-32, a letter for the type, and the bytes themselves; what is damaged reads as missing."""

    def dumps(self, value: Any, *_args: Any) -> bytes:
        """Return the bytes of a `str` or `bytes`; raise TypeError for anything else."""
        if isinstance(value, str):
            content = b"s" + value.encode()
        elif isinstance(value, bytes):
            content = b"b" + value
        else:
            raise TypeError(f"the cache keeps str and bytes, not {type(value).__name__}")
        return zlib.crc32(content).to_bytes(4) + content

    def loads(self, bvalue: bytes | None) -> str | bytes | None:
        """Return what was kept, or None when there is nothing, or nothing whole."""
        if bvalue is None or zlib.crc32(content := bvalue[4:]).to_bytes(4) != bvalue[:4]:
            return None
        return content[1:].decode() if content.startswith(b"s") else content[1:]

    def dump(self, value: Any, f: IO[bytes], *_args: Any) -> None:
        """Write the bytes of a value."""
        f.write(self.dumps(value))

    def load(self, f: IO[bytes]) -> str | bytes | None:
        """Read a value back."""
        return self.loads(f.read())


class FolderCache(FileSystemCache):
    """A file for each value, held to a number of bytes; cachelib's own count costs two more files a write."""

    serializer = PlainSerializer()

    def __init__(self, folder: Path, *, max_bytes: int = FOLDER_BYTES) -> None:
        """Make the folder, for this user alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        super().__init__(str(folder), threshold=0, default_timeout=KEPT_FOR_S)
        self._folder = folder
        self._max_bytes = max_bytes
        self._unpruned = max_bytes

    def set(self, key: str, value: Any, timeout: Any = None, mgmt_element: bool = False) -> bool:
        """Keep a value; after each tenth of the room, and at first, the oldest make way."""
        self._unpruned += len(value)
        if self._unpruned > self._max_bytes // 10:
            self._unpruned = 0
            self.prune()
        return super().set(key, value, timeout, mgmt_element)

    def prune(self) -> None:
        """Delete the oldest files until nine tenths of the room are used, if there are too many."""
        files = []
        for path in self._folder.iterdir():
            try:
                files.append((path.stat().st_mtime, path.stat().st_size, path))
            except FileNotFoundError:
                continue  # another process prunes too
        total = sum(size for _, size, _ in files)
        if total <= self._max_bytes:
            return
        for _, size, path in sorted(files):
            path.unlink(missing_ok=True)
            total -= size
            if total <= self._max_bytes * 0.9:
                return

    def _run_safely(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # cachelib waits ten seconds for a file that may not be read; a miss is quicker
        return fn(*args, **kwargs)


class PlainRedisCache(RedisCache):
    """Redis, with nothing pickled in it."""

    serializer = PlainSerializer()


def make_cache(data_dir: Path, redis_url: str | None) -> BaseCache:
    """Return a cache of `str` and `bytes`, in Redis where there is one, else in the folder `cache`."""
    if not redis_url:
        return FolderCache(data_dir / "cache")
    from redis import Redis  # noqa: PLC0415 - slow import

    client = Redis.from_url(redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    return PlainRedisCache(client, default_timeout=KEPT_FOR_S, key_prefix="commonplace:cache:")


class HouseCache:
    """A cache whose failures are misses, with the latest values in this process's memory before it."""

    def __init__(self, store: BaseCache, *, memory_bytes: int = MEMORY_BYTES) -> None:
        """Put `memory_bytes` of memory before `store`."""
        self._store = store
        self._memory: OrderedDict[str, str | bytes] = OrderedDict()
        self._lock = Lock()
        self._room = self._memory_bytes = memory_bytes
        self._silent_until = 0.0

    def get_or_make(self, key: str, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made by `make` when it is missing; a key always holds the same type."""
        value: Any = self._recall(key)
        if value is None:
            value = self._ask(lambda: self._store.get(key))
            if value is None:
                value = make()
                self._ask(lambda: self._store.set(key, value))
            self._remember(key, value)
        return value  # type: ignore[no-any-return]  # what `make` once returned

    def _ask(self, question: Callable[[], Any]) -> Any:
        """Return the store's answer, or None; one that failed is not asked again for some seconds."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            return question()
        except Exception:
            log.warning("the cache failed and is left alone for %d seconds", SILENCE_S, exc_info=True)
            self._silent_until = time.monotonic() + SILENCE_S
            return None

    def _recall(self, key: str) -> str | bytes | None:
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
            return self._memory.get(key)

    def _remember(self, key: str, value: str | bytes) -> None:
        size = sys.getsizeof(value)
        if size > self._memory_bytes // 8:
            return  # one large value must not push out many
        with self._lock:
            if key not in self._memory:
                self._memory[key] = value
                self._room -= size
            while self._room < 0:
                self._room += sys.getsizeof(self._memory.popitem(last=False)[1])
