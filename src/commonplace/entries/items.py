"""Entries in lists as JSON text, kept in this process's memory: what a kind shows of one stays until it changes."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from functools import cache
from threading import Lock
from typing import Any

from flask import json, request
from sqlalchemy.orm import Session

from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.queries import list_by_ids
from commonplace.entries.schemas import EntrySchema

MEMORY_CHARACTERS = 8 * 1024 * 1024


class KeptTexts:
    """The texts used last, within a number of characters."""

    def __init__(self, room: int = MEMORY_CHARACTERS) -> None:
        """Start with none."""
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()
        self._room = room

    def find(self, key: Hashable) -> str | None:
        """Return the text where it is kept."""
        return self._texts.get(key)

    def keep(self, key: Hashable, text: str) -> None:
        """Keep a text; the oldest make way."""
        with self._lock:
            if key not in self._texts:
                self._texts[key] = text
                self._room -= len(text)
            while self._room < 0:
                self._room += len(self._texts.popitem(last=False)[1])


kept_texts = KeptTexts()


def json_of(entry: Entry) -> str:
    """Return an entry as its own kind shows it in a list: of each version, by its author's present name, made once."""
    key = _key(entry.id, entry.version, entry.author.username)
    return kept_texts.find(key) or _make(key, entry)


def list_json(session: Session, stamps: Sequence[Any]) -> list[str]:
    """Return the texts of entries of which rows of `id`, `version` and `username` are known; all others are loaded."""
    keys = {stamp.id: _key(stamp.id, stamp.version, stamp.username) for stamp in stamps}
    texts = {entry_id: kept_texts.find(key) for entry_id, key in keys.items()}
    missing = [entry_id for entry_id, text in texts.items() if text is None]
    for entry in list_by_ids(session, missing) if missing else ():
        texts[entry.id] = _make(keys[entry.id], entry)
    return [text for stamp in stamps if (text := texts[stamp.id]) is not None]


def _key(entry_id: int, version: int, username: str) -> Hashable:
    return entry_id, version, username, request.url_root


def _make(key: Hashable, entry: Entry) -> str:
    text = json.dumps(_item_schema(kinds()[entry.kind].item_schema).dump(entry))
    kept_texts.keep(key, text)
    return text


@cache
def _item_schema(schema: type[EntrySchema]) -> EntrySchema:
    return schema()
