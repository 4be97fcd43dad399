import socket
from threading import Thread

import pytest

from commonplace.live.lines import ROOM_BYTES, Line


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    far.settimeout(10)
    yield Line(near), far
    near.close()
    far.close()


def in_thread(act, *arguments):
    thread = Thread(target=act, args=arguments)
    thread.start()
    return thread


def test_what_is_sent_arrives_whole_while_somebody_waits_to_read(pair):
    line, far = pair
    read = []
    reader = in_thread(lambda: read.append(line.recv(100)))
    content = bytes(range(256)) * 8_000
    writer = in_thread(line.send, content)
    arrived = b""
    while len(arrived) < len(content):
        arrived += far.recv(65_536)
    far.sendall(b"3")
    reader.join(10)
    writer.join(10)
    assert arrived == content
    assert read == [b"3"]


def test_whoever_waits_is_told_when_it_is_hung_up(pair):
    line, far = pair
    read, failed = [], []

    def send():
        try:
            line.send(b"x" * 10_000_000)
        except BrokenPipeError as error:
            failed.append(error)

    threads = [in_thread(lambda: read.append(line.recv(100))), in_thread(send)]
    far.recv(1)
    line.hang_up()
    for thread in threads:
        thread.join(10)
    assert (read, len(failed)) == ([b""], 1)
    line.close()
    line.close()


def test_a_line_whose_other_end_is_gone_breaks_as_its_callers_expect(pair):
    line, far = pair
    far.close()
    assert line.recv(100) == b""
    with pytest.raises(BrokenPipeError):
        line.send(b"2")
    line.close()
    with pytest.raises(BrokenPipeError):
        line.send(b"2")


def test_who_sends_too_much_is_not_read_until_there_is_room_again(pair):
    line, far = pair
    far.sendall(b"x" * ROOM_BYTES + b"y")
    read = b""
    while len(read) < ROOM_BYTES:
        read += line.recv(4096)
    assert line.recv(4096) == b""
    line.make_room()
    assert line.recv(4096) == b"y"
