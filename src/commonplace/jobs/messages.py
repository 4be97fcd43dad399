"""Queues of messages in one SQLite file: durable, in order, each delivered at least once.

Whoever claims a message holds it by a lease, and renews all its leases while it lives: a message whose holder
was killed is free again within half a minute, however long a job may take.
"""

import sqlite3
import time
import uuid
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

LEASE_S = 30.0
CARE_S = 5.0
TRANSIENT_S = 600.0
BUSY_TIMEOUT_S = 5.0

SCHEMA = """
create table if not exists messages (
  id integer primary key autoincrement, -- never used again: a late acknowledgement hits no other
  queue text not null,
  body text not null,
  holder text,
  leased_until real,
  expires_on real
);
create index if not exists messages_free on messages (queue, id) where holder is null;
create index if not exists messages_held on messages (holder, queue) where holder is not null;
create index if not exists messages_transient on messages (expires_on) where expires_on is not null;
create table if not exists bindings (
  exchange text not null,
  routing_key text not null,
  pattern text not null,
  queue text not null,
  primary key (exchange, routing_key, queue)
) without rowid;
"""
RELEASE = "update messages set holder = null, leased_until = null"


class Binding(NamedTuple):
    """Which messages of an exchange a queue gets; `pattern` is for topic exchanges."""

    routing_key: str
    pattern: str
    queue: str


class Claimed(NamedTuple):
    """A message in the hands of this holder."""

    id: int
    body: str


class MessageFile:
    """One holder's connection to the file; any thread may use it."""

    def __init__(self, path: Path, *, lease: float = LEASE_S) -> None:
        """Open the file, made where it is missing; `lease` is in seconds."""
        self._holder = uuid.uuid4().hex
        self._lease = lease
        self._cared_on = 0.0
        self._lock = Lock()
        self._connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        self._execute("pragma journal_mode = wal")
        self._execute("pragma synchronous = normal")
        if not self._execute("select 1 from sqlite_master where name = 'bindings'"):
            self._connection.executescript(f"begin immediate; {SCHEMA} commit;")

    def put(self, queue: str, body: str, *, is_transient: bool = False) -> None:
        """Add a message; a transient one is forgotten when nobody takes it within ten minutes."""
        expires_on = time.time() + TRANSIENT_S if is_transient else None
        self._execute("insert into messages (queue, body, expires_on) values (?, ?, ?)", queue, body, expires_on)

    def claim(self, queue: str) -> Claimed | None:
        """Return the queue's oldest free message, now held until it is deleted or released."""
        if not self._execute("select 1 from messages where queue = ? and holder is null limit 1", queue):
            return None  # the usual case takes no lock
        rows = self._execute(
            "update messages set holder = ?, leased_until = ? where id = "
            "(select id from messages where queue = ? and holder is null order by id limit 1) "
            "returning id, body",
            self._holder,
            time.time() + self._lease,
            queue,
        )
        return Claimed(*rows[0]) if rows else None

    def delete(self, message_id: int) -> None:
        """Forget a message that is held here: it is done."""
        self._execute("delete from messages where id = ? and holder = ?", message_id, self._holder)

    def release(self, message_id: int) -> None:
        """Give a message that is held here back to its queue, at its old place."""
        self._execute(f"{RELEASE} where id = ? and holder = ?", message_id, self._holder)

    def count_free(self, queue: str) -> int:
        """Return how many messages wait in the queue."""
        return self._count("select count(*) from messages where queue = ? and holder is null", queue)

    def count_held(self, queue: str) -> int:
        """Return how many messages of the queue are held here."""
        return self._count("select count(*) from messages where queue = ? and holder = ?", queue, self._holder)

    def purge(self, queue: str) -> int:
        """Delete what waits in the queue, and return how many messages that were."""
        return len(self._execute("delete from messages where queue = ? and holder is null returning id", queue))

    def bind(self, exchange: str, binding: Binding) -> None:
        """Let a queue have those messages of an exchange."""
        self._execute("insert or ignore into bindings values (?, ?, ?, ?)", exchange, *binding)

    def list_bindings(self, exchange: str) -> list[Binding]:
        """Return who gets what of an exchange."""
        rows = self._execute("select routing_key, pattern, queue from bindings where exchange = ?", exchange)
        return [Binding(*row) for row in rows]

    def delete_queue(self, queue: str) -> None:
        """Forget the queue with all that it holds."""
        self._execute("delete from bindings where queue = ?", queue)
        self._execute("delete from messages where queue = ?", queue)

    def take_care(self) -> None:
        """Every few seconds: renew the leases held here, end those of the dead, drop what expired."""
        now = time.time()
        if 0 <= now - self._cared_on < min(CARE_S, self._lease / 3):
            return
        self._cared_on = now
        self._execute("update messages set leased_until = ? where holder = ?", now + self._lease, self._holder)
        self._execute(f"{RELEASE} where leased_until < ?", now)
        self._execute("delete from messages where expires_on < ?", now)

    def close(self) -> None:
        """Give everything that is held here back, and close the file."""
        try:
            self._execute(f"{RELEASE} where holder = ?", self._holder)
        finally:
            with self._lock:
                self._connection.close()

    def _execute(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _count(self, statement: str, *values: Any) -> int:
        return int(self._execute(statement, *values)[0][0])
