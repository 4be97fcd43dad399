"""The only HTTP client: whatever this site fetches, it fetches here, bounded in time, size and type."""

import json as json_text
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import stamina
from requests.structures import CaseInsensitiveDict
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3 import Timeout
from urllib3.exceptions import DecodeError, HTTPError

from commonplace.core.clock import now
from commonplace.core.errors import Invalid, Unavailable
from commonplace.core.transport import GuardedAdapter, TrustedBases, origin

MAX_BYTES = 5 * 1024 * 1024
MAX_URL = 2048
MAX_REDIRECTS = 5
TIMEOUT_S = 20.0
CONNECT_S = 10.0
CHUNK = 64 * 1024
ATTEMPTS = 3
BACKOFF_S = 0.2
MAX_BACKOFF_S = 2.0
MAX_RETRY_AFTER_S = 30.0
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
TRY_AGAIN = {429, 502, 503, 504}
KEPT_ACROSS_ORIGINS = {"accept", "accept-language"}


class OutboundRefused(Invalid):
    """The address, or what it answers, is not one this site takes: no use in trying again."""


class OutboundFailed(Unavailable):
    """The other side could not be reached, broke off or was too slow: it may work later."""

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        super().__init__(message, retry_after=60)


class _Fault(OutboundFailed):
    """A failure of the connection, which another attempt may not meet."""


@dataclass(frozen=True)
class OutboundAnswer:
    """What came back, of whatever status; `url` is where the redirects led, headers are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class _Busy(Exception):
    """An answer that asks to come again; not a failure, when nobody may."""

    def __init__(self, answer: OutboundAnswer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


@dataclass(frozen=True)
class _Call:
    method: str
    url: str
    headers: CaseInsensitiveDict[str]
    body: bytes | None
    max_bytes: int
    accept: tuple[str, ...]
    until: float

    @property
    def seconds_left(self) -> float:
        return self.until - monotonic()


class Outbound:
    """The client of one site, safe to share between threads; it keeps no cookie and reads no environment."""

    def __init__(self, proxy: str | None, allow: Sequence[str], user_agent: str) -> None:
        """Go through `proxy` where there is one; what lies below a base in `allow` may be private."""
        if proxy and urlsplit(proxy).scheme not in {"http", "https"}:
            raise ValueError("the proxy for outgoing requests is written as http://127.0.0.1:3128")
        trusted = TrustedBases(allow)
        self._user_agent = user_agent
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        # No requests.Session: it reads a redirect's whole body, however large, even when told not to follow.
        self._adapters = {
            "http": GuardedAdapter(https=False, trusted=trusted, proxied=bool(proxy)),
            "https": GuardedAdapter(https=True, trusted=trusted, proxied=bool(proxy)),
        }

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        json: Any = None,
        max_bytes: int = MAX_BYTES,
        timeout: float = TIMEOUT_S,
        accept: Sequence[str] = (),
    ) -> OutboundAnswer:
        """Return the answer, after redirects and, for a method that may be repeated, up to three attempts.

        `timeout` is in seconds, for all of it (the system's resolver alone keeps its own); `max_bytes` counts
        what is decompressed; `accept` names the content types, `image/*` too, that a success may have. An
        answer may have any status. Raises OutboundRefused or OutboundFailed.
        """
        sent = CaseInsensitiveDict({"Accept": ", ".join(accept) or "*/*"})
        sent.update(headers or {})
        if json is not None:
            body = json_text.dumps(json).encode()
            sent["Content-Type"] = "application/json"
        call = _Call(method.upper(), url, sent, body, max_bytes, tuple(accept), monotonic() + timeout)
        attempts = stamina.RetryingCaller(
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=BACKOFF_S,
            wait_max=MAX_BACKOFF_S,
            wait_jitter=BACKOFF_S,
        )
        try:
            return attempts(lambda error: _wait_before_next(call, error), self._attempt, call)
        except _Busy as busy:
            return busy.answer

    def _attempt(self, call: _Call) -> OutboundAnswer:
        host = urlsplit(_check_url(call.url)).hostname
        try:
            answer = self._follow(call)
        except InvalidIPAddress as error:
            raise OutboundRefused(f"{host} is not a public address, so this site does not fetch from it.") from error
        except requests.exceptions.SSLError as error:
            raise OutboundFailed(f"{host} cannot prove who it is: its certificate is not valid.") from error
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _Fault(f"{host} could not be reached, or did not answer in time: try again later.") from error
        except (requests.RequestException, DecodeError) as error:
            raise OutboundRefused(f"{host} cannot be fetched from: the address or its answer is broken.") from error
        except HTTPError as error:
            raise _Fault(f"{host} broke off its answer, or took too long for it: try again later.") from error
        if answer.status in TRY_AGAIN:
            raise _Busy(answer)
        return answer

    def _follow(self, call: _Call) -> OutboundAnswer:
        for _ in range(1 + MAX_REDIRECTS):
            with closing(self._send(call)) as response:
                if not response.is_redirect:
                    return _read(response, call)
                call = _redirected(call, response)
        raise OutboundRefused(f"The address leads on and on: more than {MAX_REDIRECTS} redirects are not followed.")

    def _send(self, call: _Call) -> requests.Response:
        if call.seconds_left <= 0:
            raise requests.Timeout
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate", **call.headers}
        request = requests.Request(call.method, call.url, headers=headers, data=call.body).prepare()
        response: requests.Response = self._adapters[urlsplit(call.url).scheme].send(
            request,
            stream=True,
            timeout=Timeout(total=call.seconds_left, connect=CONNECT_S),
            proxies=self._proxies,
        )
        return response


def _check_url(url: str) -> str:
    """Return `url`, or raise OutboundRefused when it is not one whole http(s) address of a host."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or len(url) > MAX_URL or any(c <= " " or c in "\\\x7f" for c in url):
        raise OutboundRefused("That is not an address to fetch from: it is like https://example.org/page.")
    if "@" in parts.netloc:
        raise OutboundRefused("An address with a name or password in it is not fetched: leave them out.")
    return url


def _redirected(call: _Call, response: requests.Response) -> _Call:
    """Return the next call of a redirect (RFC 9110, 15.4), telling another origin no more than it must."""
    location = response.headers["Location"].encode("latin-1").decode("utf-8", "replace")
    url = _check_url(_joined(call.url, location))
    crosses = origin(url) != origin(call.url)
    becomes_get = response.status_code == 303 or (response.status_code in {301, 302} and call.method == "POST")
    headers = CaseInsensitiveDict(
        (name, value)
        for name, value in call.headers.items()
        if (not crosses or name.lower() in KEPT_ACROSS_ORIGINS)
        and not (becomes_get and name.lower().startswith("content-"))
    )
    if becomes_get:
        method = "HEAD" if call.method == "HEAD" else "GET"
        return replace(call, url=url, headers=headers, method=method, body=None)
    if crosses and call.body is not None:
        raise OutboundRefused("The address leads to another site, which is not told what was meant for the first.")
    return replace(call, url=url, headers=headers)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError:
        return ""  # an address no more than the empty one is


def _read(response: requests.Response, call: _Call) -> OutboundAnswer:
    body = bytearray()
    if response.ok:
        _check_type(response, call)
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > call.max_bytes:
            raise OutboundRefused(f"What is at that address is larger than {call.max_bytes} bytes, the most allowed.")
    return OutboundAnswer(response.status_code, response.headers, bytes(body), call.url)


def _check_type(response: requests.Response, call: _Call) -> None:
    sort = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    empty = call.method == "HEAD" or response.status_code in {204, 304} or response.headers.get("Content-Length") == "0"
    if call.accept and not empty and not {sort, sort.partition("/")[0] + "/*"} & set(call.accept):
        raise OutboundRefused(f"What is at that address is not {' or '.join(call.accept)}.")


def _wait_before_next(call: _Call, error: Exception) -> bool | float:
    """Return whether to try again, or after how many seconds, as far as the time of the call reaches."""
    if call.method not in IDEMPOTENT or not isinstance(error, _Busy | _Fault):
        return False
    wished = _retry_after(error.answer.headers) if isinstance(error, _Busy) else None
    if wished is None:
        return call.seconds_left > MAX_BACKOFF_S
    return wished if wished < min(MAX_RETRY_AFTER_S, call.seconds_left) else False


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3), which may name a moment, or None."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now()).total_seconds())
