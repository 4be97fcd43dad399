import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import Request
from requests_hardened.ip_filter import InvalidIPAddress

from commonplace.core.transport import GuardedAdapter, TrustedBases, is_public, origin

PUBLIC = ["93.184.216.34", "1.1.1.1", "223.255.255.1", "2606:2800:220:1::1", "2a00:1450::1", "2001:4860:4860::8888"]
NOT_PUBLIC = [
    *("0.0.0.1", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.0.9", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1"),
    *("2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1"),
    *("fe80::1", "fe80::1%lo", "fec0::1", "ff02::1"),
]
LOOPBACK_IN_DISGUISE = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://LOCALHOST:5000/",
]


@pytest.fixture
def adapter() -> GuardedAdapter:
    return GuardedAdapter(https=False, trusted=TrustedBases([]), proxied=False)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name but localhost resolve to one address after the other; return the names looked up."""
    asked: list[str] = []
    left = list(addresses)
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        if host == "localhost" or host[0].isdigit():
            return real(host, *args, **kwargs)
        asked.append(host)
        return real(left.pop(0) if len(left) > 1 else left[0], *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def place(adapter: GuardedAdapter, url: str) -> str:
    host, _ = adapter.build_connection_pool_key_attributes(Request("GET", url).prepare(), True)
    return str(host["host"])


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_all_other_addresses_are_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_no_address_with_a_special_meaning_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    assert not (special and is_public(address))


def test_a_name_is_looked_up_once_and_its_checked_address_is_the_one_connected_to(
    adapter: GuardedAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    assert place(adapter, "http://rebinding.test/") == "93.184.216.34"
    assert asked == ["rebinding.test"]
    with pytest.raises(InvalidIPAddress):
        place(adapter, "http://rebinding.test/")


def test_tls_asks_the_pinned_address_for_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34")
    adapter = GuardedAdapter(https=True, trusted=TrustedBases([]), proxied=False)
    request = Request("GET", "https://name.test:8443/").prepare()
    host, tls = adapter.build_connection_pool_key_attributes(request, True)
    assert (host["host"], host["port"]) == ("93.184.216.34", 8443)
    assert (tls["server_hostname"], tls["assert_hostname"]) == ("name.test", "name.test")
    assert request.headers["Host"] == "name.test:8443"


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fec0::1"])
def test_a_name_that_resolves_to_a_private_address_is_refused(
    adapter: GuardedAdapter, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolve_to(monkeypatch, address)
    with pytest.raises(InvalidIPAddress):
        place(adapter, "http://innocent.test/")


@pytest.mark.parametrize("url", LOOPBACK_IN_DISGUISE)
def test_loopback_is_refused_in_every_disguise(adapter: GuardedAdapter, url: str) -> None:
    with pytest.raises(InvalidIPAddress):
        place(adapter, url)


def test_behind_a_proxy_a_known_name_must_be_public_and_stays_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = GuardedAdapter(https=False, trusted=TrustedBases([]), proxied=True)
    resolve_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    assert place(adapter, "http://name.test/") == "name.test"
    with pytest.raises(InvalidIPAddress):
        place(adapter, "http://name.test/")


def test_behind_a_proxy_an_unknown_name_is_left_to_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_kwargs: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    adapter = GuardedAdapter(https=False, trusted=TrustedBases([]), proxied=True)
    assert place(adapter, "http://only-there.test/") == "only-there.test"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/api",
        "http://127.0.0.1:8080/api/",
        "http://127.0.0.1:8080/api?x=1",
        "http://127.0.0.1:8080/api/v1/repos?x=../..",
        "http://127.0.0.1:8080/api/..hidden",
        "https://GitHub.corp/x",
        "https://github.corp:443/x",
        "https://github.corp",
    ],
)
def test_what_lies_below_a_base_is_trusted(url: str) -> None:
    assert TrustedBases(["http://127.0.0.1:8080/api/", "https://github.corp"]).cover(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/apis",
        "http://127.0.0.1:8080/api/../admin",
        "http://127.0.0.1:8080/api/%2e%2e/admin",
        "http://127.0.0.1:8080/api/..%2fadmin",
        "http://127.0.0.1:8080/api/x/..",
        "http://127.0.0.1:8080/api%2fx",
        "http://127.0.0.1:8081/api/",
        "http://127.0.0.1/api/",
        "https://127.0.0.1:8080/api/",
        "http://localhost:8080/api/",
        "http://github.corp/x",
        "https://github.corp.evil.test/x",
        "https://evil.test/https://github.corp/x",
    ],
)
def test_what_lies_beside_a_base_is_not(url: str) -> None:
    assert not TrustedBases(["http://127.0.0.1:8080/api/", "https://github.corp"]).cover(url)


@pytest.mark.parametrize("base", ["", "127.0.0.1:8080", "ftp://127.0.0.1/", "http://", "http:///x"])
def test_a_base_that_is_no_address_stops_the_start(base: str) -> None:
    with pytest.raises(ValueError, match="is not an address to trust"):
        TrustedBases([base])


def test_origins_are_alike_with_and_without_their_usual_port() -> None:
    assert origin("https://Example.org/a") == origin("https://example.org:443/b")
    assert origin("http://example.org/") != origin("https://example.org/")
    assert origin("http://example.org/") != origin("http://example.org:8080/")
