"""Celery's broker in one file, for a site that wants no server: kombu's virtual transport over `MessageFile`.

kombu's own file transports lose messages (https://github.com/celery/kombu/issues/1551). This one is called
`sqlite`; its options are `path`, `lease` and `polling_interval` in seconds, and `at_most`: of which queue a
consumer holds how many messages at once.
"""

import math
import sqlite3
import time
from pathlib import Path
from queue import Empty
from threading import Event
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

from commonplace.jobs.messages import LEASE_S, Binding, MessageFile

POLLING_INTERVAL_S = 0.1
TRANSIENT = 1  # AMQP's delivery mode of a message that need not survive


class Channel(virtual.Channel):
    """A consumer's or producer's way to the file; its delivery tags are the ids of messages."""

    supports_fanout = True
    do_restore = False  # closing the file gives back what is still held

    def __init__(self, connection: "Transport", **options: Any) -> None:
        """Open the file that the connection's options name."""
        super().__init__(connection, **options)
        chosen = connection.options
        self._has_room = connection.has_room
        self._at_most: dict[str, int] = chosen.get("at_most", {})
        self._unacknowledged: set[str] = set()
        self._file = MessageFile(Path(chosen["path"]), lease=chosen.get("lease", LEASE_S))

    def drain_events(self, timeout: float | None = None, callback: Any = None) -> Any:
        """Deliver the next message; raises Empty where there is none."""
        self._file.take_care()
        return super().drain_events(timeout=timeout, callback=callback)

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: str | None, **kwargs: Any) -> str:
        """Deliver the queue's messages to a callback; with `no_ack`, a delivered message is done."""
        if no_ack:
            self._unacknowledged.add(queue)
        return super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> virtual.Message | None:
        """Return the queue's next message, if any; with `no_ack`, it is done."""
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self._file.delete(int(message.properties["delivery_tag"]))
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Forget a message that is done, and let the next be delivered at once."""
        self._file.delete(int(delivery_tag))
        super().basic_ack(delivery_tag, multiple)
        self._has_room.set()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give a message back to its queue, or forget it."""
        if requeue:
            self._file.release(int(delivery_tag))
        else:
            self._file.delete(int(delivery_tag))
        self.qos.ack(delivery_tag)

    def close(self) -> None:
        """Close the channel and its file."""
        if not self.closed:
            super().close()
            self._file.close()

    def get_table(self, exchange: str) -> list[Binding]:  # type: ignore[override]  # a list is invariant
        """Return the bindings of an exchange, which all processes share."""
        return self._file.list_bindings(exchange)

    def after_reply_message_received(self, queue: str) -> None:
        """Forget the queue that was made for one reply."""
        self._file.delete_queue(queue)

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        is_transient = message["properties"].get("delivery_mode") == TRANSIENT
        self._file.put(queue, dumps(message), is_transient=is_transient)

    def _put_fanout(self, exchange: str, message: dict[str, Any], _routing_key: str, **_: Any) -> None:
        for binding in self.get_table(exchange):
            self._put(binding.queue, message)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        if queue in self._at_most and self._file.count_held(queue) >= self._at_most[queue]:
            raise Empty
        claimed = self._file.claim(queue)
        if claimed is None:
            raise Empty
        if queue in self._unacknowledged:
            self._file.delete(claimed.id)
        message = loads(claimed.body)
        message["properties"]["delivery_tag"] = str(claimed.id)
        return message

    def _restore(self, message: virtual.Message) -> None:
        self._file.release(int(message.properties["delivery_tag"]))

    def _size(self, queue: str) -> int:
        return self._file.count_free(queue)

    def _purge(self, queue: str) -> int:
        return self._file.purge(queue)

    def _delete(self, queue: str, *_args: Any, **_kwargs: Any) -> None:
        self._file.delete_queue(queue)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        self._file.bind(exchange, Binding(routing_key or "", pattern or "", queue))


class Transport(virtual.Transport):
    """What kombu knows as `sqlite://`."""

    Channel = Channel
    driver_type = "sqlite"
    driver_name = "sqlite3"
    default_port = 0
    polling_interval = POLLING_INTERVAL_S
    connection_errors = (*virtual.Transport.connection_errors, sqlite3.Error)
    implements = virtual.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset({"direct", "topic", "fanout"})
    )

    def __init__(self, client: Any, **options: Any) -> None:
        """Prepare a connection; each of its channels opens the file."""
        super().__init__(client, **options)
        self.options: dict[str, Any] = client.transport_options
        self.has_room = Event()

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """Nothing: there is no host to connect to."""
        return {}

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver the next message; raises TimeoutError where there is none within so many seconds."""
        until = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            self.has_room.clear()
            try:
                self.cycle.get(self._deliver)  # type: ignore[union-attr]  # set in __init__
            except Empty:
                if time.monotonic() >= until:
                    raise TimeoutError from None
                self.has_room.wait(self.polling_interval)
            else:
                return

    def driver_version(self) -> str:
        """Return SQLite's version."""
        return sqlite3.sqlite_version


TRANSPORT_ALIASES["sqlite"] = f"{__name__}:Transport"
