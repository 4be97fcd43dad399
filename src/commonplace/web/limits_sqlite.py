"""Counts of rate limits in one SQLite file that all processes of a machine share."""

import sqlite3
import time
import weakref
from functools import cached_property
from threading import Lock
from typing import Any

from limits.storage import Storage

PRUNE_EVERY_S = 600.0
BUSY_TIMEOUT_S = 2.0
COUNT = """
insert into counts values (:key, :amount, :now + :expiry)
on conflict (key) do update set
  hits = case when expires_on <= :now then :amount else hits + :amount end,
  expires_on = case when expires_on <= :now then :now + :expiry else expires_on end
returning hits
"""


class SQLiteStorage(Storage):
    """Fixed windows, one row each, for `limits`; its address is `sqlite://` and the path of the file."""

    STORAGE_SCHEME = ["sqlite"]  # noqa: RUF012 - where `limits` looks for it

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        """Note the path; the file is opened by the process that counts first."""
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = uri.removeprefix("sqlite://")
        self._lock = Lock()
        self._pruned_on = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What is raised when counting fails."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the sum within the window, which begins now if there is none."""
        now = time.time()
        if now - self._pruned_on > PRUNE_EVERY_S:
            self._pruned_on = now
            self._execute("delete from counts where expires_on <= :now", now=now)
        return int(self._execute(COUNT, key=key, amount=amount, now=now, expiry=expiry)[0][0])

    def get(self, key: str) -> int:
        """Return the sum within the window."""
        rows = self._execute("select hits from counts where key = :key and expires_on > :now", key=key, now=time.time())
        return int(rows[0][0]) if rows else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970."""
        rows = self._execute("select expires_on from counts where key = :key", key=key)
        return float(rows[0][0]) if rows else time.time()

    def check(self) -> bool:
        """Tell whether the file can be read."""
        try:
            self._execute("select 1 from counts limit 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        """Forget everything, and return how many windows that were."""
        return len(self._execute("delete from counts returning 1"))

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._execute("delete from counts where key = :key", key=key)

    def _execute(self, statement: str, **values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, connection.close)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(
            "create table if not exists counts "
            "(key text primary key, hits integer not null, expires_on real not null) without rowid"
        )
        return connection
