import ssl
import time
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from commonplace.operations import announcement
from commonplace.operations.announcement import address, announce
from commonplace.operations.certificate import ensure_certificate


@contextmanager
def site(*, ready_after=0.0, tls=None):
    """Serve a site that answers 503 for some seconds, and yield its port."""
    app, began = Flask(__name__), time.monotonic()
    app.add_url_rule("/healthz", "healthz", lambda: ("", 200 if time.monotonic() - began > ready_after else 503))
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_address_is_printed_once_the_site_answers_and_not_before(capsys):
    with site(ready_after=0.5) as port:
        began = time.monotonic()
        assert announce("127.0.0.1", port, None) == 0
        assert time.monotonic() - began > 0.4
    assert capsys.readouterr().out == f"Commonplace is at http://127.0.0.1:{port}\n"


def test_a_site_on_all_addresses_is_announced_where_a_browser_here_finds_it(capsys):
    with site() as port:
        assert announce("0.0.0.0", port, None) == 0  # noqa: S104 - nothing is bound
    assert capsys.readouterr().out == f"Commonplace is at http://127.0.0.1:{port}\n"


def test_https_is_asked_by_the_certificate_of_the_site(tmp_path, capsys):
    certificate = ensure_certificate(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.path, certificate.key_path)
    with site(tls=context) as port:
        assert announce("127.0.0.1", port, certificate) == 0
    assert capsys.readouterr().out == f"Commonplace is at https://127.0.0.1:{port}\n"


def test_a_site_that_never_answers_is_not_announced(monkeypatch, capsys):
    monkeypatch.setattr(announcement, "TRY_FOR_S", 0.3)
    assert announce("127.0.0.1", 1, None) == 1
    assert capsys.readouterr() == ("", "commonplace: the site does not answer; its log says why.\n")


@pytest.mark.parametrize(
    ("host", "is_https", "expected"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:5000"),
        ("localhost", True, "https://localhost:5000"),
        ("0.0.0.0", False, "http://127.0.0.1:5000"),  # noqa: S104 - nothing is bound
        ("::", False, "http://[::1]:5000"),
        ("::1", True, "https://[::1]:5000"),
    ],
)
def test_an_address_is_one_that_a_browser_takes(host, is_https, expected):
    assert address(host, 5000, is_https=is_https) == expected
