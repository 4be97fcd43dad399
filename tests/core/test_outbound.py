import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from commonplace.core.errors import Invalid, Unavailable
from commonplace.core.outbound import Outbound, OutboundFailed, OutboundRefused
from tests.core.test_transport import LOOPBACK_IN_DISGUISE, resolve_to

REFUSED = "is not a public address"


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", port=0) as server:
        yield server


@pytest.fixture
def outbound(httpserver: HTTPServer) -> Outbound:
    return Outbound(None, [httpserver.url_for("/")], "Commonplace/1")


def seen(server: HTTPServer) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request, _ in server.log]


def test_an_answer_has_status_headers_body_and_address(httpserver: HTTPServer, outbound: Outbound) -> None:
    httpserver.expect_request("/page").respond_with_data("hällo", content_type="text/plain; charset=utf-8")
    answer = outbound.request("get", httpserver.url_for("/page"))
    assert (answer.status, answer.body.decode(), answer.url) == (200, "hällo", httpserver.url_for("/page"))
    assert answer.headers["content-TYPE"] == "text/plain; charset=utf-8"


def test_what_is_sent_arrives(httpserver: HTTPServer, outbound: Outbound) -> None:
    httpserver.expect_request("/json").respond_with_handler(lambda request: Response(request.get_data()))
    httpserver.expect_request("/bytes").respond_with_handler(lambda request: Response(request.get_data()))
    sent = outbound.request("POST", httpserver.url_for("/json"), json={"a": [1]}, headers={"X-Key": "k"})
    assert json.loads(sent.body) == {"a": [1]}
    assert outbound.request("PUT", httpserver.url_for("/bytes"), body=b"\0raw").body == b"\0raw"
    request = httpserver.log[0][0]
    assert request.headers["User-Agent"] == "Commonplace/1"
    assert request.headers["X-Key"] == "k"
    assert request.content_type == "application/json"


@pytest.mark.parametrize("status", [204, 304, 400, 404, 500])
def test_a_status_of_failure_is_an_answer_too(httpserver: HTTPServer, outbound: Outbound, status: int) -> None:
    httpserver.expect_request("/x").respond_with_data("", status=status)
    assert outbound.request("GET", httpserver.url_for("/x"), accept=["application/json"]).status == status


def test_no_cookie_is_kept(httpserver: HTTPServer, outbound: Outbound) -> None:
    httpserver.expect_request("/a").respond_with_data("", headers={"Set-Cookie": "session=1"})
    for _ in range(2):
        outbound.request("GET", httpserver.url_for("/a"))
    assert all("Cookie" not in request.headers for request, _ in httpserver.log)


def test_neither_proxy_nor_password_comes_from_the_environment(
    httpserver: HTTPServer, outbound: Outbound, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    httpserver.expect_request("/a").respond_with_data("x")
    assert outbound.request("GET", httpserver.url_for("/a")).body == b"x"
    assert "Authorization" not in httpserver.log[0][0].headers


@pytest.mark.parametrize("url", LOOPBACK_IN_DISGUISE)
def test_a_private_address_is_refused(outbound: Outbound, url: str) -> None:
    with pytest.raises(OutboundRefused, match=REFUSED) as caught:
        outbound.request("GET", url)
    assert isinstance(caught.value, Invalid)


def test_a_name_that_resolves_to_loopback_is_refused_and_nothing_is_sent(
    httpserver: HTTPServer, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    with pytest.raises(OutboundRefused, match=REFUSED):
        outbound.request("GET", f"http://innocent.test:{httpserver.port}/")
    assert seen(httpserver) == []


@pytest.mark.corpus
@pytest.mark.parametrize("proxied", [True, False])
def test_addresses_of_the_corpus(
    corpus: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, proxied: bool
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    client = Outbound(httpserver.url_for("") if proxied else None, [], "Commonplace/1")
    for case in json.loads((corpus / "text" / "urls.json").read_text()):
        if case["want"] != "ok":
            with pytest.raises(OutboundRefused):
                client.request("GET", case["url"])
        elif proxied:
            resolve_to(monkeypatch, "93.184.216.34")
            try:
                status = client.request("GET", case["url"]).status
            except OutboundFailed:
                status = None  # https: the proxy of this test opens no tunnel
            assert (status is None) == case["url"].lower().startswith("https:")
            monkeypatch.undo()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://example.org:0/",
        "http://[::1/",
        "http://exam\tple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://user@example.org/",
        "http://" + "a" * 64 + ".test/",
        "http://a..b.test/",
        "http://\N{CIRCLED DIGIT ONE}.0.0.1/",
        "http://\u2100.test/",
        "gopher://example.org/",
        "https:example.org",
        "",
    ],
)
def test_what_is_no_address_is_refused(outbound: Outbound, url: str) -> None:
    with pytest.raises(OutboundRefused):
        outbound.request("GET", url)


def redirect(server: HTTPServer, path: str, to: str, status: int = 302) -> None:
    server.expect_request(path).respond_with_data("", status=status, headers={"Location": to})


def test_redirects_are_followed_to_the_end(httpserver: HTTPServer, outbound: Outbound) -> None:
    redirect(httpserver, "/a", "/b?x=1", 301)
    redirect(httpserver, "/b", "c", 308)
    httpserver.expect_request("/c").respond_with_data("end")
    answer = outbound.request("GET", httpserver.url_for("/a"))
    assert (answer.body, answer.url) == (b"end", httpserver.url_for("/c"))


def test_five_redirects_are_followed_and_no_sixth(httpserver: HTTPServer, outbound: Outbound) -> None:
    for number in range(6):
        redirect(httpserver, f"/{number}", f"/{number + 1}")
    httpserver.expect_request("/6").respond_with_data("end")
    assert outbound.request("GET", httpserver.url_for("/1")).body == b"end"
    with pytest.raises(OutboundRefused, match="more than 5 redirects"):
        outbound.request("GET", httpserver.url_for("/0"))


@pytest.mark.parametrize("path", ["/", "/ok/../secret", "/okay"])
def test_a_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, other: HTTPServer, path: str) -> None:
    outbound = Outbound(None, [httpserver.url_for("/"), other.url_for("/ok/")], "Commonplace/1")
    redirect(httpserver, "/a", other.url_for(path))
    with pytest.raises(OutboundRefused, match=REFUSED):
        outbound.request("GET", httpserver.url_for("/a"))
    assert seen(other) == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:x", "http://u:p@127.0.0.1/"])
def test_a_redirect_to_what_is_no_address_is_refused(httpserver: HTTPServer, outbound: Outbound, to: str) -> None:
    redirect(httpserver, "/a", to)
    with pytest.raises(OutboundRefused):
        outbound.request("GET", httpserver.url_for("/a"))
    assert len(httpserver.log) == 1


def test_another_origin_is_told_no_secret(httpserver: HTTPServer, other: HTTPServer) -> None:
    outbound = Outbound(None, [httpserver.url_for("/"), other.url_for("/")], "Commonplace/1")
    redirect(httpserver, "/a", other.url_for("/b"))
    redirect(other, "/b", httpserver.url_for("/c"))
    httpserver.expect_request("/c").respond_with_data("end")
    secrets = {"Authorization": "Bearer s", "Cookie": "a=b", "X-Api-Key": "k", "Accept-Language": "de"}
    outbound.request("GET", httpserver.url_for("/a"), headers=secrets)
    (first, last), (between,) = [[request.headers for request, _ in server.log] for server in (httpserver, other)]
    assert all(first[name] == value for name, value in secrets.items())
    for headers in (between, last):
        assert not {"Authorization", "Cookie", "X-Api-Key"} & set(headers.keys())
        assert headers["Accept-Language"] == "de"


def test_the_same_origin_is_told_again(httpserver: HTTPServer, outbound: Outbound) -> None:
    redirect(httpserver, "/a", "/b")
    httpserver.expect_request("/b").respond_with_data("end")
    outbound.request("GET", httpserver.url_for("/a"), headers={"Authorization": "Bearer s"})
    assert [request.headers["Authorization"] for request, _ in httpserver.log] == ["Bearer s", "Bearer s"]


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        *(("POST", 301, "GET"), ("POST", 302, "GET"), ("POST", 303, "GET"), ("PUT", 303, "GET")),
        *(("POST", 307, "POST"), ("POST", 308, "POST"), ("PUT", 302, "PUT"), ("HEAD", 302, "HEAD")),
        ("HEAD", 303, "HEAD"),
    ],
)
def test_a_redirect_keeps_or_drops_method_and_body_as_the_standard_says(
    httpserver: HTTPServer, outbound: Outbound, method: str, status: int, then: str
) -> None:
    redirect(httpserver, "/a", "/b", status)
    httpserver.expect_request("/b").respond_with_data("end")
    outbound.request(method, httpserver.url_for("/a"), json={"a": 1})
    request = httpserver.log[1][0]
    kept = then == method and status != 303
    assert request.method == then
    assert request.get_data() == (b'{"a": 1}' if kept else b"")
    assert ("Content-Type" in request.headers) == kept


def test_a_body_is_not_handed_to_another_origin(httpserver: HTTPServer, other: HTTPServer) -> None:
    outbound = Outbound(None, [httpserver.url_for("/"), other.url_for("/")], "Commonplace/1")
    redirect(httpserver, "/token", other.url_for("/token"), 307)
    with pytest.raises(OutboundRefused, match="another site"):
        outbound.request("POST", httpserver.url_for("/token"), body=b"client_secret=s")
    assert seen(other) == []


def answers(server: HTTPServer, *responses: tuple[int, dict[str, str]]) -> None:
    left = list(responses)

    def handler(_: Request) -> Response:
        status, headers = left.pop(0)
        return Response(f"answer {status}", status=status, headers=headers)

    server.expect_request("/busy").respond_with_handler(handler)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(httpserver: HTTPServer, outbound: Outbound, status: int) -> None:
    answers(httpserver, (status, {}), (status, {"Retry-After": "soon"}), (200, {}))
    assert outbound.request("GET", httpserver.url_for("/busy")).body == b"answer 200"


def test_after_three_attempts_the_busy_answer_is_the_answer(httpserver: HTTPServer, outbound: Outbound) -> None:
    answers(httpserver, *[(503, {"Retry-After": "0"})] * 4)
    assert outbound.request("PUT", httpserver.url_for("/busy")).body == b"answer 503"
    assert len(httpserver.log) == 3


def test_what_may_not_be_repeated_is_sent_once(httpserver: HTTPServer, outbound: Outbound) -> None:
    answers(httpserver, (503, {}), (200, {}))
    assert outbound.request("POST", httpserver.url_for("/busy"), body=b"x").status == 503


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(httpserver: HTTPServer, outbound: Outbound, form: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    answers(httpserver, (429, {"Retry-After": "1" if form == "seconds" else date}), (200, {}))
    started = time.monotonic()
    assert outbound.request("GET", httpserver.url_for("/busy")).status == 200
    assert 0.9 < time.monotonic() - started < 4


@pytest.mark.parametrize("wish", ["3600", "9" * 5000, "6", "Fri, 31 Dec 2066 23:59:59 GMT"])
def test_a_longer_wait_than_there_is_time_for_is_left_to_the_caller(
    httpserver: HTTPServer, outbound: Outbound, wish: str
) -> None:
    answers(httpserver, (429, {"Retry-After": wish}))
    started = time.monotonic()
    answer = outbound.request("GET", httpserver.url_for("/busy"), timeout=5)
    assert (answer.status, answer.headers["Retry-After"]) == (429, wish)
    assert time.monotonic() - started < 3


def test_a_server_that_is_not_there_is_a_failure_to_try_later(other: HTTPServer) -> None:
    url = other.url_for("/")
    other.stop()
    with pytest.raises(OutboundFailed, match="could not be reached") as caught:
        Outbound(None, [url], "Commonplace/1").request("GET", url)
    assert isinstance(caught.value, Unavailable)
    assert caught.value.retry_after > 0


def test_a_proxy_is_asked_for_the_whole_address(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request("/page").respond_with_data("through the proxy")
    client = Outbound(httpserver.url_for(""), [], "Commonplace/1")
    resolve_to(monkeypatch, "93.184.216.34")
    assert client.request("GET", "http://name.test/page").body == b"through the proxy"
    assert httpserver.log[0][0].host == "name.test"
    monkeypatch.undo()
    for url in ("http://127.0.0.1/page", "http://localhost/page", "http://[::1]/page"):
        with pytest.raises(OutboundRefused, match=REFUSED):
            client.request("GET", url)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("arguments", [("socks5://127.0.0.1:1", []), ("127.0.0.1:3128", []), (None, ["127.0.0.1"])])
def test_a_wrong_setting_stops_the_start(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1"):
        Outbound(*arguments, "Commonplace/1")
