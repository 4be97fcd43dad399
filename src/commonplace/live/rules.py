"""What opens a live connection and what may be said over one, decided without a request."""

import re
from collections.abc import Mapping

from werkzeug.datastructures import Headers

Facts = Mapping[str, int | str]
"""What is told: ids and counts under short names, and never what a user wrote."""

_NAME = re.compile(r"[a-z][a-z_-]{0,39}")
_ID = re.compile(r"[\w-]{0,64}", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")
_CLIENTS_OWN = frozenset({"connect", "connect_error", "connected", "disconnect", "disconnecting"})


def is_sayable(event: str, facts: Facts) -> bool:
    """Tell whether these are a name of an event and facts as they may be told: small, and no sentence in them."""
    if event in _CLIENTS_OWN or not all(_NAME.fullmatch(name) for name in (event, *facts)):
        return False
    return all(isinstance(value, int) or (isinstance(value, str) and _ID.fullmatch(value)) for value in facts.values())


def is_handshake(headers: Headers, query: Mapping[str, str]) -> bool:
    """Tell whether a request opens a WebSocket (RFC 6455, section 4.1) for Engine.IO 4; polling does not."""
    connection = [part.strip().lower() for part in headers.get("Connection", "").split(",")]
    return (
        "upgrade" in connection
        and headers.get("Upgrade", "").lower() == "websocket"
        and headers.get("Sec-WebSocket-Version") == "13"
        and _KEY.fullmatch(headers.get("Sec-WebSocket-Key", "")) is not None
        and (query.get("transport"), query.get("EIO")) == ("websocket", "4")
        and not {"sid", "j"} & set(query)
    )


def is_own_origin(origin: str | None, host_url: str) -> bool:
    """Tell whether the page that opens a connection is of the site that was asked (RFC 6455, section 10.2).

    Browsers always say where a page is from; programs need not.
    """
    return origin is None or origin.lower() == host_url.lower().rstrip("/")
