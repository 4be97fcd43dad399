import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from commonplace.live.rules import is_handshake, is_own_origin, is_sayable

HEADERS = {
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "WebSocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
QUERY = {"EIO": "4", "transport": "websocket"}


@pytest.mark.parametrize(
    "facts", [{}, {"count": 0}, {"id": 2**53}, {"entry": "4fGt0Zz_-9", "kind": "snap"}, {"is_new": True}]
)
def test_ids_and_counts_can_be_said(facts):
    assert is_sayable("new-entry", facts)


@pytest.mark.parametrize("event", ["connect", "connected", "disconnect", "", "New", "a b", "x" * 41])
def test_names_that_mean_something_else_cannot(event):
    assert not is_sayable(event, {})


@given(st.text())
def test_no_sentence_can_be_said(text):
    assert is_sayable("news", {"text": text}) <= (len(text) <= 64 and not set(text) & set(" .,<>\"'&\n"))


def test_a_handshake_is_one_for_a_websocket_and_nothing_else():
    assert is_handshake(Headers(HEADERS), QUERY)
    for name in HEADERS:
        assert not is_handshake(Headers({key: value for key, value in HEADERS.items() if key != name}), QUERY)
        assert not is_handshake(Headers(HEADERS | {name: "other"}), QUERY)
    for other in ({}, {"EIO": "4"}, QUERY | {"EIO": "3"}, QUERY | {"transport": "polling"}, QUERY | {"sid": "x"}):
        assert not is_handshake(Headers(HEADERS), other)


@pytest.mark.parametrize("origin", [None, "https://book.example", "HTTPS://Book.Example"])
def test_the_sites_own_pages_and_programs_may_connect(origin):
    assert is_own_origin(origin, "https://book.example/")
    assert is_own_origin("http://127.0.0.1:5000", "http://127.0.0.1:5000/")


@pytest.mark.parametrize(
    "origin", ["", "null", "http://book.example", "https://book.example:8443", "https://book.example.evil.example"]
)
def test_pages_of_other_sites_may_not(origin):
    assert not is_own_origin(origin, "https://book.example/")
