"""What a server may do to a client that does not look out; said in raw bytes, as no web server would."""

import gzip
import ipaddress
import itertools
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer

from commonplace.core.outbound import Outbound, OutboundAnswer, OutboundFailed, OutboundRefused

MIB = 1024 * 1024
Fetch = Callable[..., OutboundAnswer]
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answer each connection with the next of some answers, whatever it asks; the last one stays."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers: list[Iterable[bytes]] = []
    threads: list[threading.Thread] = []

    def talk(connection: socket.socket, answer: Iterable[bytes]) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in answer:
                connection.sendall(piece)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                threads.append(threading.Thread(target=talk, args=(connection, answer)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)

    def start(*given: Iterable[bytes]) -> str:
        answers.extend(given)
        acceptor.start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in [acceptor, *threads]:
        thread.join(20)


@pytest.fixture
def fetch(serve: Serve) -> Fetch:
    def fetch(*answers: Iterable[bytes], method: str = "GET", **limits: object) -> OutboundAnswer:
        base = serve(*answers)
        return Outbound(None, [base], "Commonplace/1").request(method, base, **limits)  # type: ignore[arg-type]

    return fetch


def ok(*headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Connection: close", *headers, "", ""]).encode("latin-1") + body


def drip(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(40):
        time.sleep(0.05)
        yield piece


@pytest.mark.parametrize(
    "answer",
    [
        lambda: drip(ok("Content-Length: 100000"), b"x"),
        lambda: drip(ok("Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
        lambda: drip(ok("Content-Encoding: gzip"), gzip.compress(b"")),
        lambda: drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        lambda: drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda: drip(b"", b""),
    ],
    ids=["body", "chunks", "empty gzip", "header", "continue", "silence"],
)
def test_a_server_that_drips_is_left_when_the_time_is_over(fetch: Fetch, answer: Callable[[], Iterator[bytes]]) -> None:
    started = time.monotonic()
    with pytest.raises(OutboundFailed):
        fetch(answer(), timeout=0.7)
    assert 0.6 < time.monotonic() - started < 2


def test_the_time_is_for_all_redirects_together(fetch: Fetch) -> None:
    def slow() -> Iterator[bytes]:
        time.sleep(0.4)
        yield b"HTTP/1.1 302 Found\r\nLocation: /\r\nConnection: close\r\n\r\n"

    started = time.monotonic()
    with pytest.raises(OutboundFailed):
        fetch(*(slow() for _ in range(6)), timeout=1)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("length", [[], ["Content-Length: 99999999999"]], ids=["unsaid", "said"])
def test_an_endless_body_is_cut(fetch: Fetch, length: list[str]) -> None:
    endless = itertools.chain([ok(*length)], itertools.repeat(b"x" * 65536))
    with pytest.raises(OutboundRefused, match="larger than 1048576 bytes"):
        fetch(endless, max_bytes=MIB)


def test_a_body_of_just_the_size_is_taken(fetch: Fetch) -> None:
    assert len(fetch([ok(body=b"x" * 1000)], max_bytes=1000).body) == 1000


def bomb(layers: int) -> bytes:
    """Return 256 MiB of zeros, deflated as many times."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(256)) + packer.flush()
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


@pytest.mark.parametrize("layers", [1, 2])
def test_a_compression_bomb_is_cut_before_it_fills_the_memory(fetch: Fetch, layers: int) -> None:
    packed = ok("Content-Encoding: " + ", ".join(["gzip"] * layers), body=bomb(layers))
    tracemalloc.start()
    with pytest.raises(OutboundRefused, match="larger than 1048576 bytes"):
        fetch([packed], max_bytes=MIB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * MIB


def test_the_body_of_a_redirect_is_not_read(fetch: Fetch) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Encoding: gzip\r\n\r\n"
    endless = itertools.chain([redirect], itertools.repeat(b"x" * 65536))
    assert fetch(endless, [ok(body=b"end")], timeout=5).body == b"end"


@pytest.mark.parametrize(
    "head",
    [
        ok("X-Huge: " + "x" * 100_000),
        ok(*(f"X-{number}: x" for number in range(200))),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
    ids=["huge header", "many headers", "no HTTP", "nothing"],
)
def test_a_head_that_is_none_is_a_failure(fetch: Fetch, head: bytes) -> None:
    with pytest.raises(OutboundFailed):
        fetch([head])


@pytest.mark.parametrize(
    "answer",
    [
        ok("Content-Length: 10", body=b"half"),
        ok("Transfer-Encoding: chunked", body=b"5\r\nab"),
        ok("Transfer-Encoding: chunked", body=b"zz\r\nab"),
    ],
)
def test_a_body_that_breaks_off_is_a_failure_and_never_half_an_answer(fetch: Fetch, answer: bytes) -> None:
    with pytest.raises(OutboundFailed):
        fetch([answer])


def test_a_body_that_is_not_what_it_claims_is_refused(fetch: Fetch) -> None:
    with pytest.raises(OutboundRefused):
        fetch([ok("Content-Encoding: gzip", body=b"not gzip at all")])


@pytest.mark.parametrize("location", [b"http://[", b"http://127.0.0.1:x/", b"http://\xff/", b"https://", b"\\\\evil/"])
def test_a_mangled_redirect_is_refused(fetch: Fetch, location: bytes) -> None:
    with pytest.raises(OutboundRefused):
        fetch([b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " + location + b"\r\n\r\n"])


def test_a_redirect_to_nowhere_is_an_answer(fetch: Fetch) -> None:
    assert fetch([b"HTTP/1.1 302 Found\r\nConnection: close\r\n\r\n"]).status == 302


def test_a_connection_that_breaks_is_tried_again(fetch: Fetch) -> None:
    assert fetch([b""], [ok("Content-Length: 9", body=b"h")], [ok(body=b"third")]).body == b"third"


def test_what_may_not_be_repeated_is_not_tried_again(fetch: Fetch) -> None:
    with pytest.raises(OutboundFailed):
        fetch([b""], [ok(body=b"second")], method="POST", body=b"x")


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("text/html; charset=utf-8", True),
        ("TEXT/HTML", True),
        ("image/png", True),
        ("application/json", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_only_the_types_asked_for_are_taken(fetch: Fetch, sent: str, taken: bool) -> None:
    answer = [ok(f"Content-Type: {sent}", body=b"x")]
    if taken:
        assert fetch(answer, accept=["text/html", "image/*"]).body == b"x"
    else:
        with pytest.raises(OutboundRefused, match=r"is not text/html or image/\*"):
            fetch(answer, accept=["text/html", "image/*"])


def test_an_empty_success_needs_no_type(fetch: Fetch) -> None:
    assert fetch([ok("Content-Length: 0")], accept=["application/json"]).body == b""


def test_a_failure_may_have_any_type(fetch: Fetch) -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n\r\ngone"
    assert fetch([answer], accept=["application/json"]).body == b"gone"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "server.pem"
    path.write_bytes(private + signed.public_bytes(pem))
    return path


def test_a_server_that_vouches_for_itself_is_not_believed(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server:
        server.expect_request("/").respond_with_data("secret")
        with pytest.raises(OutboundFailed, match="certificate is not valid"):
            Outbound(None, [server.url_for("/")], "Commonplace/1").request("GET", server.url_for("/"))
