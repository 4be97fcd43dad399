"""Decisions about entries: what a search asks for, and how long things are kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from commonplace.core.errors import Invalid, invalid_field
from commonplace.entries.models import AUDIENCES, Audience

TRASH_KEPT = timedelta(days=30)
EXPORT_KEPT = timedelta(days=7)
EXPORT_MISSED = timedelta(minutes=2)
MAX_DEPTH = 200
SEARCHED_CHARACTERS = 256 * 1024
"""How much of an entry's title, and of its text, is searched."""
SEARCHED_BYTES = 1_000_000
"""How much of the words found there, which are longer where a sign stands for several: a tsvector holds 1 MiB."""

_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])")
_TERM = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
_WORD = re.compile(r"[^\W_]{1,100}")  # a longer one is cut into several: a lexeme of PostgreSQL has its limit too


@dataclass(frozen=True)
class SearchText:
    """What an entry is found by."""

    title: str
    body: str


@dataclass(frozen=True)
class Term:
    """Words that stand one after another; the last may go on where the searcher did not close a quote."""

    words: tuple[str, ...]
    is_prefix: bool


@dataclass(frozen=True)
class SearchQuery:
    """What must be in an entry and what must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


def has_room_below(depth: int) -> bool:
    """Tell whether what stands so deep in its thread can be answered: entries of their own stand at 0."""
    return depth < MAX_DEPTH


def check_has_room_below(depth: int) -> None:
    """Raise Invalid where a reply would stand too deep in its thread."""
    if not has_room_below(depth):
        raise Invalid("This thread goes too deep: answer to an earlier part of it.")


def check_reply_audience(asked: Audience | None, thread: Audience) -> None:
    """Raise Invalid where a reply is meant for fewer people than its thread, whose audience every reply has."""
    if asked is not None and AUDIENCES.index(asked) < AUDIENCES.index(thread):
        raise invalid_field(
            "audience",
            "A reply is seen by those who see what it answers: leave its audience out, or share a post of its own.",
        )


def split_words(text: str) -> list[str]:
    """Return the words of a text as both databases shall find them: folded, without marks; CJK by the sign."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    marks = {ord(c): None for c in set(decomposed) if unicodedata.combining(c)}
    plain = decomposed.translate(marks) if marks else decomposed
    return _WORD.findall(_CJK.sub(r" \1 ", unicodedata.normalize("NFC", plain)))


def searched_words(found_by: SearchText) -> SearchText:
    """Return the words by which an entry is found, divided by single spaces, as much of them as is searched."""
    title = _within(split_words(found_by.title[:SEARCHED_CHARACTERS]), SEARCHED_BYTES)
    body = _within(split_words(found_by.body[:SEARCHED_CHARACTERS]), SEARCHED_BYTES - len(title.encode()))
    return SearchText(title, body)


def _within(words: list[str], room: int) -> str:
    joined = " ".join(words)
    if len(raw := joined.encode()) <= room:
        return joined
    return raw[:room].rpartition(b" ")[0].decode()


def parse_search(text: str) -> SearchQuery:
    """Return what is asked for: words, "words together", -unwanted; a plain word also finds longer ones."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, phrase, bare_minus, bare in _TERM.findall(text):
        words = tuple(split_words(phrase or bare))
        if words:
            (unwanted if minus or bare_minus else wanted).append(Term(words, is_prefix=bool(bare)))
    return SearchQuery(tuple(wanted), tuple(unwanted))
