"""The one line that says where the site is, printed when that is true."""

import http.client
import ssl
import sys
import time
from contextlib import suppress

import click

from commonplace.operations.certificate import Certificate

TRY_FOR_S = 60.0
PAUSE_S = 0.02
LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a socket bound to all addresses is reached by


def address(host: str, port: int, *, is_https: bool) -> str:
    """Return the address at which a browser on this machine reaches the site."""
    name = LOCAL.get(host, host)
    return f"{'https' if is_https else 'http'}://{f'[{name}]' if ':' in name else name}:{port}"


def announce(host: str, port: int, certificate: Certificate | None) -> int:
    """Wait until the site answers, then print its address; return 1 when it does not within a minute."""
    until = time.monotonic() + TRY_FOR_S
    while time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            if _status(LOCAL.get(host, host), port, certificate) == http.HTTPStatus.OK:
                click.echo(f"Commonplace is at {address(host, port, is_https=certificate is not None)}")
                sys.stdout.flush()
                return 0
        time.sleep(PAUSE_S)
    click.echo("commonplace: the site does not answer; its log says why.", err=True)
    return 1


def _status(host: str, port: int, certificate: Certificate | None) -> int:
    if certificate is None:
        connection = http.client.HTTPConnection(host, port, timeout=TRY_FOR_S)
    else:
        context = ssl.create_default_context(cafile=certificate.path)
        connection = http.client.HTTPSConnection(host, port, timeout=TRY_FOR_S, context=context)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()
