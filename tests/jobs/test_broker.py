import multiprocessing
import sqlite3
from collections import Counter
from contextlib import closing
from queue import Empty
from threading import Thread

import pytest
from kombu import Connection, Consumer, Exchange, Queue

from commonplace.jobs import broker
from commonplace.jobs.messages import LEASE_S

PRODUCERS, CONSUMERS, EACH = 3, 2, 200


@pytest.fixture
def path(tmp_path):
    return tmp_path / "broker.sqlite3"


@pytest.fixture
def connection(path):
    with connect(path) as connection:
        yield connection


def connect(path, **options):
    return Connection("sqlite://", transport_options={"path": str(path), "polling_interval": 0.01, **options})


def send(connection, queue, body):
    with connection.Producer() as producer:
        producer.publish(body, routing_key=queue)


def receive(channel, queue):
    return Queue(queue, channel=channel).get()


def waiting(path):
    with closing(sqlite3.connect(path)) as file:
        return file.execute("select count(*) from messages").fetchone()[0]


def drain(connection, queues, callback, *, no_ack=False):
    with Consumer(connection, queues, callbacks=[callback], no_ack=no_ack):
        while True:
            try:
                connection.drain_events(timeout=0.05)
            except TimeoutError:
                return


def test_a_message_comes_as_it_was_sent_and_waits_on_disk_until_it_is_acknowledged(connection, path):
    send(connection, "q", {"name": "Ä", "ids": [1, 2]})
    message = receive(connection.default_channel, "q")
    assert message.payload == {"name": "Ä", "ids": [1, 2]}
    assert waiting(path) == 1
    message.ack()
    assert waiting(path) == 0


def test_a_message_survives_its_sender(path):
    with connect(path) as sender:
        send(sender, "q", "kept")
    with connect(path) as receiver:
        assert receive(receiver.default_channel, "q").payload == "kept"


def test_a_rejected_message_is_gone_and_a_requeued_one_comes_again(connection, path):
    send(connection, "q", "bad")
    send(connection, "q", "good")
    channel = connection.default_channel
    receive(channel, "q").reject()
    receive(channel, "q").requeue()
    again = receive(channel, "q")
    assert again.payload == "good"
    again.ack()
    assert waiting(path) == 0


def test_closing_a_channel_gives_back_what_was_not_acknowledged(path):
    with connect(path) as first, connect(path) as second:
        send(first, "q", "a")
        channel = first.channel()
        assert receive(channel, "q").payload == "a"
        assert receive(second.default_channel, "q") is None
        channel.close()
        channel.close()
        assert receive(second.default_channel, "q").payload == "a"


def test_without_acknowledgement_a_delivered_message_is_done(connection, path):
    for body in "ab":
        send(connection, "q", body)
    received = []
    drain(connection, [Queue("q")], lambda body, _message: received.append(body), no_ack=True)
    assert received == ["a", "b"]
    assert waiting(path) == 0
    send(connection, "another", "c")
    assert Queue("another", channel=connection.default_channel).get(no_ack=True).payload == "c"
    assert waiting(path) == 0


def test_a_consumer_holds_no_more_of_a_queue_than_it_may(path):
    with connect(path, at_most={"bulk": 2}) as connection:
        for number in range(4):
            send(connection, "bulk", number)
            send(connection, "interactive", number)
        held = []
        drain(connection, [Queue("bulk"), Queue("interactive")], lambda _body, message: held.append(message))
        assert Counter(message.delivery_info["routing_key"] for message in held) == {"bulk": 2, "interactive": 4}


def test_an_acknowledgement_from_another_thread_lets_the_next_message_in_at_once(path):
    received = []

    def acknowledge_elsewhere(_body, message):
        received.append(message)
        Thread(target=message.ack).start()

    with connect(path, polling_interval=0.5) as connection:
        for number in range(20):
            send(connection, "q", number)
        with Consumer(connection, [Queue("q")], callbacks=[acknowledge_elsewhere], prefetch_count=1):
            for _ in range(20):  # 10 s by polling alone
                connection.drain_events(timeout=1)
    assert len(received) == 20
    assert waiting(path) == 0


def test_a_fan_out_reaches_every_bound_queue_and_a_topic_those_it_names(connection):
    everyone, events = Exchange("everyone", type="fanout"), Exchange("events", type="topic")
    channel = connection.default_channel
    for queue in (Queue("a", everyone), Queue("b", everyone), Queue("c", events, routing_key="worker.#")):
        queue(channel).declare()
    with connection.Producer() as producer:
        producer.publish("hello", exchange=everyone, declare=[everyone])
        producer.publish("up", exchange=events, routing_key="worker.up", declare=[events])
        producer.publish("other", exchange=events, routing_key="task.up", declare=[events])
    assert [receive(channel, queue).payload for queue in "abc"] == ["hello", "hello", "up"]
    assert [receive(channel, queue) for queue in "abc"] == [None, None, None]


def test_queues_are_counted_purged_and_deleted(connection, path):
    exchange = Exchange("exchange")
    queue = Queue("q", exchange, routing_key="q")(connection.default_channel)
    queue.declare()
    for number in range(3):
        send(connection, "q", number)
    assert queue.queue_declare().message_count == 3
    assert queue.purge() == 3
    queue.delete()
    assert connection.default_channel.get_table("exchange") == []


def test_a_channel_says_empty_where_nothing_waits(connection):
    with pytest.raises(Empty):
        connection.default_channel.drain_events()
    assert connection.as_uri().startswith("sqlite://")
    assert connection.transport.driver_version() == sqlite3.sqlite_version
    assert broker.Transport.polling_interval < LEASE_S


def produce(path, producer):
    with connect(path) as connection:
        for number in range(EACH):
            size = 100_000 if number % 20 == 0 else 200
            send(connection, "q", {"id": f"{producer}/{number}", "filler": "x" * size})


def consume(path, received):
    with connect(path) as connection:

        def take(body, message):
            received.put(body["id"])
            message.ack()

        with Consumer(connection, [Queue("q")], callbacks=[take], accept=["json"], prefetch_count=4):
            while True:
                try:
                    connection.drain_events(timeout=3)
                except TimeoutError:
                    return


def test_three_producers_and_two_consumers_lose_and_double_nothing(path):
    processes = multiprocessing.get_context("spawn")
    received = processes.Queue()
    work = [processes.Process(target=produce, args=(path, number)) for number in range(PRODUCERS)]
    work += [processes.Process(target=consume, args=(path, received)) for _ in range(CONSUMERS)]
    for process in work:
        process.start()
    counted = Counter(received.get(timeout=60) for _ in range(PRODUCERS * EACH))
    for process in work:
        process.join(timeout=30)
    assert counted == Counter(f"{p}/{n}" for p in range(PRODUCERS) for n in range(EACH))
    assert received.empty()
    assert [process.exitcode for process in work] == [0] * len(work)
    assert waiting(path) == 0
