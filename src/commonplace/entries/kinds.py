"""The manifest that each kind hands in: all that the floors below need of it, without knowing it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from commonplace.api.blueprint import ApiBlueprint
from commonplace.entries.models import Entry
from commonplace.entries.rules import SearchText
from commonplace.entries.schemas import EntrySchema


@dataclass(frozen=True)
class ExportedFile:
    """One file of a user's export: its name within the kind's folder, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Kind:
    """One sort of entry and the application that keeps it.

    `package` is the name in addresses and in `COMMONPLACE_KINDS`, `name` the value of `Entry.kind`; the card
    is the template `<package>/_card.html`, which gets the entry as `entry`. A kind that answers others names in
    `reply_endpoint` where a reply is written and sent to, with the hash_key of what it answers as `parent`; it has two
    templates more: `_reply.html` shows the text of the reply `entry` in its thread, `_reply_form.html` asks for one.
    """

    package: str
    name: str
    label: str
    plural_label: str
    model: type[Entry]
    pages: Blueprint
    api: ApiBlueprint
    commands: click.Group
    search_text: Callable[[Any], SearchText]
    summary: Callable[[Any], SearchText]
    schema: type[EntrySchema]
    item_schema: type[EntrySchema]
    export_files: Callable[[Session, Any], Iterable[ExportedFile]] = field(default=lambda _session, _entry: ())
    reply_endpoint: str | None = None

    @property
    def card_template(self) -> str:
        """The template that shows an entry of this kind in a list."""
        return f"{self.package}/_card.html"

    @property
    def reply_template(self) -> str:
        """The template that shows one of this kind in the thread of what it answers."""
        return f"{self.package}/_reply.html"

    @property
    def reply_form_template(self) -> str:
        """The template with the form for a reply to `entry`."""
        return f"{self.package}/_reply_form.html"

    @property
    def index_endpoint(self) -> str:
        """Where all of this kind are listed."""
        return f"{self.package}.index"

    @property
    def add_endpoint(self) -> str:
        """Where a new one is made."""
        return f"{self.package}.add"

    @property
    def show_endpoint(self) -> str:
        """Where one is shown."""
        return f"{self.package}.show"


_known: dict[str, Kind] = {}


def make_known(kind: Kind) -> None:
    """Let jobs and commands know a kind, whether or not this site offers it. Called by the registry alone."""
    _known[kind.name] = kind


def known_kinds() -> Mapping[str, Kind]:
    """Return all kinds of this installation by the name that their entries carry."""
    return _known
