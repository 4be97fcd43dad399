"""Addresses: what stands in one is bounded, and those of the page after and of the first."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for
from werkzeug.routing import IntegerConverter

from commonplace.core.errors import Invalid
from commonplace.core.pagination import Page

LARGEST = 2**63 - 1


class BoundedIntegerConverter(IntegerConverter):
    """A whole number; one that no database could hold counts as the largest that all can: nothing has it."""

    def to_python(self, value: str) -> int:
        """Return the number."""
        return min(int(super().to_python(value)), LARGEST)


def init_app(app: Flask) -> None:
    """Keep from the views what no database takes, and let templates call the functions below."""
    app.url_map.converters["int"] = BoundedIntegerConverter
    app.before_request(_refuse_nul)
    app.jinja_env.globals.update(older_url=older_url, newest_url=newest_url, here_url=here_url)


def older_url(page: Page[Any]) -> str:
    """Return the address of the next page of the present list, "" where there is none."""
    return _page_url(page.next) if page.next is not None else ""


def newest_url() -> str:
    """Return the address of the present list's first page, "" on that page itself."""
    return _page_url(None) if "cursor" in request.args else ""


def here_url() -> str:
    """Return the path of the present page, its query with it: for the way back to it."""
    return request.script_root + request.full_path.rstrip("?")


def query_for_page(cursor: str | None) -> str:
    """Return the present address's query, question mark included, with another cursor or, for None, without."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    if cursor is not None:
        arguments.append(("cursor", cursor))
    return f"?{urlencode(arguments)}" if arguments else ""


def _page_url(cursor: str | None) -> str:
    # the query is not url_for's: to that, some names mean other things
    return url_for(request.endpoint or "", **(request.view_args or {})) + query_for_page(cursor)


def _refuse_nul() -> None:
    if b"%00" in request.query_string:
        raise Invalid("There is a NUL character in this address: it may hold text only.")
