import socket

import pytest
from flask import Flask

from commonplace.live.handover import Handover
from commonplace.web.security import SecureHeaders


def test_the_connection_is_kept_and_the_server_told_that_there_is_no_answer():
    kept = []
    near, far = socket.socketpair()
    app = Flask(__name__)
    ended = []
    app.teardown_request(ended.append)
    app.add_url_rule("/", view_func=lambda: Handover(lambda: near, lambda *given: kept.append(given)))
    application = SecureHeaders(app.wsgi_app, is_https=False)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "x", "SERVER_PORT": "1", "HTTP_COOKIE": "a=b"}
    environ |= {"wsgi.url_scheme": "http", "wsgi.input": object(), "wsgi.multithread": True}
    with pytest.raises(StopIteration):
        application(environ, lambda *_: pytest.fail("nothing is answered"))
    [(connection, text)] = kept
    assert connection is near
    assert text["HTTP_COOKIE"] == "a=b"
    assert {type(value) for value in text.values()} == {str}
    assert ended == [None]  # the request is over, and with it its session
    near.close()
    far.close()
