import io

import pytest
from flask import Flask

from commonplace.core.storage import DiskStorage
from commonplace.web.downloads import download_response, file_response, raw_response
from commonplace.web.security import UNRUNNABLE

TEXT = "<script>alert(1)</script>\n\ufeffé\r\n"
NAMES = {
    "a.py": "attachment; filename=\"a.py\"; filename*=UTF-8''a.py",
    "é b.txt": "attachment; filename=\"_ b.txt\"; filename*=UTF-8''%C3%A9%20b.txt",
    'a"b;c.txt': "attachment; filename=\"a_b;c.txt\"; filename*=UTF-8''a%22b%3Bc.txt",
    "a\r\nSet-Cookie: x": "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x",
    "../%41\\": "attachment; filename=\"../_41_\"; filename*=UTF-8''..%2F%2541%5C",
}


@pytest.fixture
def app(tmp_path):
    app = Flask(__name__)
    storage = DiskStorage(tmp_path)
    storage.put("a/b.zip", io.BytesIO(b"x" * 600_000))
    app.add_url_rule("/raw", "raw", lambda: raw_response(TEXT, "version-1"))
    app.add_url_rule("/download/<path:name>", "download", lambda name: download_response(b"\xff\x00", "v", name))
    app.add_url_rule("/file", "file", lambda: file_response(storage, "a/b.zip", "application/zip", "mine.zip"))
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def test_a_text_comes_back_byte_for_byte_and_is_run_nowhere(client):
    response = client.get("/raw")
    assert response.data == TEXT.encode()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == UNRUNNABLE
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_text_that_one_has_is_not_sent_again(client):
    again = client.get("/raw", headers={"If-None-Match": '"version-1"'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", '"version-1"')
    assert client.get("/raw", headers={"If-None-Match": '"version-0"'}).status_code == 200


def test_a_part_of_a_text_can_be_asked_for(client):
    part = client.get("/raw", headers={"Range": "bytes=1-6"})
    assert (part.status_code, part.data) == (206, b"script")
    assert part.headers["Content-Range"] == f"bytes 1-6/{len(TEXT.encode())}"
    beyond = client.get("/raw", headers={"Range": "bytes=1000-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(TEXT.encode())}")


@pytest.mark.parametrize("name", NAMES)
def test_a_download_is_an_attachment_under_its_name(app, name):
    with app.test_request_context("/"):
        response = download_response(b"\xff\x00", "v", name)
    assert response.headers["Content-Disposition"] == NAMES[name]
    assert response.data == b"\xff\x00"


def test_a_file_is_streamed_whole_with_its_length(client):
    response = client.get("/file")
    assert (len(response.data), response.headers["Content-Length"]) == (600_000, "600000")
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mine.zip"')
    assert response.headers["Content-Security-Policy"] == UNRUNNABLE


def test_of_several_ranges_the_whole_is_given_as_a_server_may(client):
    response = client.get("/raw", headers={"Range": "bytes=0-1,4-5"})
    assert (response.status_code, response.data) == (200, TEXT.encode())
    assert client.get("/raw", headers={"Range": "bytes=0-1"}).data == TEXT.encode()[:2]
    assert client.get("/raw", headers={"Range": "bytes=900-"}).status_code == 416
