import io
import json
import socket

import pytest

from commonplace.core.text import decode_text
from commonplace.snaps.models import Snap
from commonplace.web.bodies import BoundedStream
from tests.doors import csrf_token, sign_in
from tests.factories import make_user
from tests.operations.running import running

LIMIT = 2048


@pytest.fixture
def as_ada(client, session):
    ada = make_user(session, "ada")
    session.commit()
    sign_in(client, ada)
    return client


def chunked(site, size):
    """Share a text of that size without saying beforehand how long it is; return status and answer."""
    head = f"POST /api/v1/snaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.token}\r\n"
    head += "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    text = b"x" * size
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(head.encode())
        for start in range(0, size, 1000):
            chunk = text[start : start + 1000]
            connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        connection.sendall(b"0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    first, _, rest = answer.partition(b"\r\n")
    return int(first.split()[1]), json.loads(rest.partition(b"\r\n\r\n")[2])


def test_a_body_that_does_not_say_its_length_is_kept_whole_or_refused(tmp_path):
    with running(tmp_path, upload_max_bytes=str(LIMIT)) as site:
        for size in (0, 1, LIMIT - 1, LIMIT):
            status, answer = chunked(site, size)
            assert (status, answer["size"]) == (201, size)
        for size in (LIMIT + 1, 5 * LIMIT):
            status, answer = chunked(site, size)
            assert (status, answer["message"]) == (413, "That is larger than this site accepts: 2.0 KiB at the most.")


@pytest.mark.parametrize("size", [0, 9, 10])
def test_what_is_within_the_bound_comes_through(size):
    assert BoundedStream(io.BytesIO(b"x" * size), 10).read() == b"x" * size


def test_a_form_that_is_no_utf8_is_refused_with_the_position_and_nothing_is_stored(as_ada, session):
    token = csrf_token(as_ada, "/snaps/add")
    start = f"csrf_token={token}&audience=public&expiry=never&content=".encode()
    boundary = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = {b"csrf_token": token.encode(), b"audience": b"public", b"expiry": b"never", b"content": b"ok\n\xff"}
    bodies = [
        (start + b"ok%0A%FF", "application/x-www-form-urlencoded"),
        (start + b"ok%0A\xff", "application/x-www-form-urlencoded"),
        (b"".join(boundary % part for part in parts.items()) + b"--b--\r\n", "multipart/form-data; boundary=b"),
    ]
    for body, content_type in bodies:
        response = as_ada.post("/snaps/add", data=body, content_type=content_type)
        assert response.status_code == 400
        assert "byte 3 (in line 2) does not fit" in response.text
    assert session.query(Snap).count() == 0


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_any_text_comes_through_a_form_as_it_is(as_ada, session, content_type):
    text = "é 日本 \U0010ffff +%41&=;\u202e \xa0"
    form = {"csrf_token": csrf_token(as_ada, "/snaps/add"), "audience": "public", "expiry": "never", "content": text}
    assert as_ada.post("/snaps/add", data=form, content_type=content_type).status_code == 302
    assert session.query(Snap).one().content == decode_text("content", text.encode())
