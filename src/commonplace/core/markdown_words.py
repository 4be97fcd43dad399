"""What becomes a link by itself where it stands in plain text: web and mail addresses, and words with a sign.

Which words with a sign, such as `@ada` or `#bread`, lead anywhere is the caller's to say: here nothing is known of
users or tags. Each text is what stands between code, links and breaks, with the sign before and after it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import takewhile

import mdurl
from markdown_it.token import Token

Linked = Callable[[str], str | None]
"""Takes a word with its sign, and returns where it leads, or None where it stays text."""

_ADDRESS = re.compile(
    r"(?<![^\s*_~(])www\.[^\W_][^\s<]*"
    r"|(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>[a-z0-9-]{1,63}(?:\.[\w-]{1,63}){1,8})(?<![_-])(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_SIGNED = re.compile(r"[@#](?=\w)[^\s!-,/:-@\[-^`{-~]{1,100}")
_NOT_BEFORE = frozenset("@#/")
"""A sign after one of these belongs to an address, as of a person on another site."""


def link_words(text: str, linked: Linked | None, before: str, after: str) -> Iterator[Token]:
    """Yield a text with its `www.…` and mail addresses (GFM 6.9), and what `linked` knows of its words, as links."""
    end = 0
    for found in _ADDRESS.finditer(text):
        word = found[0] if found["domain"] else without_punctuation(found[0])
        yield from _link_signed(text, end, found.start(), linked, before, after)
        yield from link(("mailto:" if found["domain"] else "http://") + word, word)
        end = found.start() + len(word)
    yield from _link_signed(text, end, len(text), linked, before, after)


def _link_signed(text: str, start: int, end: int, linked: Linked | None, before: str, after: str) -> Iterator[Token]:
    """Yield a part of a text with its words that lead somewhere as links."""
    for place, word in _find_signed(text, start, end, before, after) if linked else ():
        if linked and (address := linked(word)) is not None:
            yield plain(text[start:place])
            yield from link(address, word)
            start = place + len(word)
    yield plain(text[start:end])


def _find_signed(text: str, start: int, end: int, before: str, after: str) -> Iterator[tuple[int, str]]:
    """Yield words with a sign that are no part of a longer one, and where they begin."""
    while found := _SIGNED.search(text, start, end):
        word = _word_in(found[0])
        start, stop = found.start(), found.start() + len(word)
        earlier = text[start - 1] if start else before
        later = text[stop] if stop < len(text) else after
        if not (earlier in _NOT_BEFORE or _is_of_word(earlier) or later == "@" or _is_of_word(later)):
            yield start, word
        start = stop


def _word_in(run: str) -> str:
    """Return the word that a run of signs begins with; of a `@name`, dots and hyphens inside are part."""
    inside = ".-" if run[0] == "@" else ""
    return run[0] + "".join(takewhile(lambda sign: sign in inside or _is_of_word(sign), run[1:])).rstrip(inside)


def _is_of_word(sign: str) -> bool:
    return sign != "" and (sign == "_" or unicodedata.category(sign)[0] in "LMN")


def without_punctuation(address: str) -> str:
    """Return an address without what ends the sentence around it, and without brackets that it does not open."""
    end = len(address)
    unopened = address.count(")") - address.count("(")
    while address[end - 1] in "?!.,:;*_~'\"])" and (address[end - 1] != ")" or unopened > 0):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def plain(content: str) -> Token:
    """Return a text as a token."""
    return Token("text", "", 0, content=content)


def link(address: str, text: str, title: str | float | None = None) -> tuple[Token, Token, Token]:
    """Return a link as its tokens."""
    attributes = {"href": mdurl.encode(address)} | ({"title": title} if title else {})
    return Token("link_open", "a", 1, attrs=attributes), plain(text), Token("link_close", "a", -1)
