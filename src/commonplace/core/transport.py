"""How the outside is reached: a name is resolved once, its address checked and pinned, every byte timed."""

import io
import ipaddress
import socket
from collections.abc import Sequence
from http.client import HTTPResponse
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PUBLIC_6 = ipaddress.ip_network("2000::/3")
NOT_PUBLIC = [
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "224.0.0.0/4",  # multicast
        "2001::/23",  # Teredo, ORCHID, benchmarking: RFC 6890
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation, RFC 9637
    )
]
DEFAULT_PORTS = {"http": 80, "https": 443}


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the open internet; of IPv6 only global unicast does, so no NAT64."""
    if any(address.version == block.version and address in block for block in NOT_PUBLIC):
        return False
    return address in PUBLIC_6 if address.version == 6 else address.is_global


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port, which two addresses of the same server share (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


class TrustedBases:
    """Base addresses that the operator named: what lies below them may be fetched although it is private."""

    def __init__(self, bases: Sequence[str]) -> None:
        """Take addresses such as `http://127.0.0.1:8080/api/`, or raise `ValueError` for one that is none."""
        for base in bases:
            if urlsplit(base).scheme not in DEFAULT_PORTS or not urlsplit(base).hostname:
                raise ValueError(f"{base} is not an address to trust: write it as http://127.0.0.1:8080/")
        self._bases = [(origin(base), urlsplit(base).path.rstrip("/") + "/") for base in bases]

    def cover(self, url: str) -> bool:
        """Tell whether `url` is one of the bases or lies below one."""
        path = urlsplit(url).path + "/"
        if {".", ".."} & set(unquote(path).split("/")):
            return False  # a server may read them as a way out of the base
        return any(origin(url) == trusted and path.startswith(prefix) for trusted, prefix in self._bases)


class GuardedAdapter(IPFilterAdapter):  # type: ignore[misc]  # requests_hardened has no types
    """Connects to public addresses only, and to the very address that was checked.

    requests-hardened resolves, checks the ranges it knows of, and pins. Added here: global unicast alone
    passes; trusted bases; proxies; a time limit for the whole. A proxy resolves the name again, so the pin
    ends there: a name known here must be public all the same, one unknown here is left to the proxy's rules.
    """

    def __init__(self, *, https: bool, trusted: TrustedBases, proxied: bool) -> None:
        """Serve `https:` or `http:` addresses, directly or through a proxy."""
        self._trusted = trusted
        self._proxied = proxied
        super().__init__(is_https_proto=https)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools with connections that are timed."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = TIMED_POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the manager of connections through `proxy`, timed too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = TIMED_POOLS
        return manager

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Return where to connect, and with which TLS; raise InvalidIPAddress where that is not public."""
        if self._proxied or self._trusted.cover(request.url or ""):
            host, tls = HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert)
            if not self._trusted.cover(request.url or ""):
                _check_where_known(host["host"])
            return host, tls
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        _check(host["host"].strip("[]"))
        return host, tls


def _check(address: str) -> None:
    ip = ipaddress.ip_address(address)
    if not is_public(getattr(ip, "ipv4_mapped", None) or ip):
        raise InvalidIPAddress(address)


def _check_where_known(host: str) -> None:
    try:
        known = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return
    for *_, place in known:
        _check(str(place[0]))


class _TimedFile(io.RawIOBase):
    """The bytes of a connection until a moment; limited read by read, a slow server could go on for ever."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, until: float) -> None:
        self._raw = raw
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole answer is over")
        self._connection.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer that must arrive, to its last byte, within the time that is left when it begins."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds = sock.gettimeout()
        if seconds is not None:
            self.fp = io.BufferedReader(_TimedFile(self.fp.detach(), sock, monotonic() + seconds))


class _TimedHTTPConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedHTTPSConnection(HTTPSConnection):
    response_class = _TimedResponse


class _TimedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TimedHTTPConnection


class _TimedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHTTPSConnection


TIMED_POOLS = {"http": _TimedHTTPPool, "https": _TimedHTTPSPool}
