"""Whole pages kept in this process's memory, for visitors: who brings no cookie is shown what every other is.

What a page is made of is asked for at each request, as a stamp; only the making of the page is saved. A page is
kept for some seconds at the most, because it tells how long ago things were.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, Response, current_app, request
from flask import session as cookie

KEY = "kept_pages"
KEPT_FOR_S = 10.0
MEMORY_BYTES = 16 * 1024 * 1024


class KeptPages:
    """The latest pages, within a number of bytes."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        """Start with none."""
        self._pages: OrderedDict[Hashable, tuple[float, bytes]] = OrderedDict()
        self._lock = Lock()
        self._room = memory_bytes
        self._largest = memory_bytes // 8

    def find(self, key: Hashable) -> bytes | None:
        """Return the page where it is kept and not too old."""
        kept = self._pages.get(key)
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    def keep(self, key: Hashable, page: bytes) -> None:
        """Keep a page; the oldest make way, and one that would push out many is not kept."""
        if len(page) > self._largest:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = (time.monotonic() + KEPT_FOR_S, page)
            self._room -= len(page)
            while self._room < 0:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        if key in self._pages:
            self._room += len(self._pages.pop(key)[1])


def init_app(app: Flask) -> None:
    """Let this application keep pages."""
    app.extensions[KEY] = KeptPages()


def page_for(stamp: Hashable, render: Callable[[], str]) -> str | Response:
    """Return what `render` makes; for a visitor without a cookie as it was kept, where the stamp is the same."""
    if cookie:  # somebody is signed in, is told something, or has a form of their own
        return render()
    pages: KeptPages = current_app.extensions[KEY]
    key = (request.script_root, request.full_path, stamp)
    page = pages.find(key)
    if page is None:
        page = render().encode()
        pages.keep(key, page)
    return Response(page, content_type="text/html; charset=utf-8")
