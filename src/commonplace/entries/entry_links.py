"""The list of links that stand below every entry on its page, to which the floors above add their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask

from commonplace.entries.models import Entry
from commonplace.users.models import User

KEY = "entry_links"


@dataclass(frozen=True)
class EntryLink:
    """One link: how it is called, the endpoint that takes the entry's `hash_key`, and to whom it is offered."""

    label: str
    endpoint: str
    is_offered: Callable[[User | None, Entry], bool]


def init_app(app: Flask) -> None:
    """Give templates the list as `entry_links`; it is empty at first."""
    app.extensions[KEY] = []
    app.jinja_env.globals["entry_links"] = app.extensions[KEY]


def add_entry_link(app: Flask, link: EntryLink) -> None:
    """Add the link of a floor above."""
    cast(list[EntryLink], app.extensions[KEY]).append(link)
