"""Source text to highlighted HTML (Pygments).

The markup is our own, because pages should be small: one-letter classes for the sorts of token a reader tells apart,
none for space, plain names and punctuation. `highlight.css` gives them their colours.
"""

import functools
import html
import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from pygments.lexer import DelegatingLexer, Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

from commonplace.core.languages import (
    Language,
    find_language,
    guess_extension,
    list_common_languages,
    list_languages,
)

__all__ = [
    "FORMAT_VERSION",
    "MAX_MARKS",
    "Language",
    "count_bidi_controls",
    "find_language",
    "guess_extension",
    "has_bidi_controls",
    "highlight_code",
    "highlight_lines",
    "list_common_languages",
    "list_languages",
    "mark_bidi_controls",
    "spell_bidi_controls",
]

FORMAT_VERSION = 2
"""Part of cache keys: raised whenever the HTML for some text changes."""

MAX_LENGTH = 128 * 1024
MAX_LINE_LENGTH = 2_000
MAX_LENGTH_FAR_SIGHTED = 4 * 1024
"""In characters. A text beyond these is shown without tokens."""

_FAR_SIGHTED = re.compile(
    r"^j$|\b(?:aspx|cfm|duel|evoque|genshi|genshitext|mako|mason|matlab|matlabsession|myghty|org|peg|ragel)\b"
)
"""Lexers one step of which can look at the whole text many times, which takes seconds from 16 KiB on. Found by
trying every lexer on some hundred texts made to be slow."""

BASE_SECONDS = 0.25
SECONDS_PER_CHARACTER = 7e-6
"""Processor time a lexer may use, 1.2 s for the longest text. Ordinary text takes about 1 µs per character, so that a
slow machine keeps its colours; one that makes its lexer look ahead to the end from every place would take minutes,
and is shown without tokens instead."""

MAX_MARKS = 2_000
"""How many invisible characters of a text are marked; any further one is shown as U+FFFD."""

_SORTS = {
    Token: "",
    Token.Comment: "c",
    Token.Comment.Preproc: "p",
    Token.Comment.PreprocFile: "s",
    Token.Keyword: "k",
    Token.Keyword.Constant: "n",
    Token.Keyword.Type: "t",
    Token.Operator.Word: "k",
    Token.Literal: "n",
    Token.Literal.String: "s",
    Token.Literal.String.Doc: "c",
    Token.Literal.String.Escape: "e",
    Token.Literal.String.Interpol: "e",
    Token.Literal.String.Regex: "e",
    Token.Name.Attribute: "a",
    Token.Name.Builtin: "b",
    Token.Name.Class: "f",
    Token.Name.Constant: "n",
    Token.Name.Decorator: "p",
    Token.Name.Entity: "e",
    Token.Name.Exception: "b",
    Token.Name.Function: "f",
    Token.Name.Tag: "k",
    Token.Name.Variable: "v",
    Token.Generic.Deleted: "gd",
    Token.Generic.Emph: "ge",
    Token.Generic.Error: "gd",
    Token.Generic.Heading: "gh",
    Token.Generic.Inserted: "gi",
    Token.Generic.Output: "c",
    Token.Generic.Prompt: "p",
    Token.Generic.Strong: "gs",
    Token.Generic.Subheading: "gh",
    Token.Generic.Traceback: "gd",
}

TOKEN_CLASSES = frozenset(_SORTS.values()) - {""}
"""Every class of a token in the HTML."""

MARK_CLASSES = frozenset({"bidi", "control"})
"""The classes of the marks for characters that change the order of text, and of other invisible ones."""


@functools.cache
def _sort_of(token: _TokenType) -> str:
    return next(_SORTS[each] for each in reversed(token.split()) if each in _SORTS)


class _TooSlowError(Exception):
    """The lexer has used up the time that texts of that length are allowed."""


def _limit(lexer: Lexer, deadline: float) -> Lexer:
    """Make the lexer, and the two that one for templates hands its text to, stop at that processor time."""
    if isinstance(lexer, DelegatingLexer):
        _limit(lexer.root_lexer, deadline)
        _limit(lexer.language_lexer, deadline)
    scan: Callable[..., Iterator[tuple[int, _TokenType, str]]] = lexer.get_tokens_unprocessed

    def scan_until(*args: Any, **kwargs: Any) -> Iterator[tuple[int, _TokenType, str]]:
        for item in scan(*args, **kwargs):
            if time.thread_time() > deadline:
                raise _TooSlowError
            yield item

    lexer.get_tokens_unprocessed = scan_until  # type: ignore[method-assign]
    return lexer


def _is_too_large(text: str, alias: str) -> bool:
    longest = MAX_LENGTH_FAR_SIGHTED if _FAR_SIGHTED.search(alias) else MAX_LENGTH
    return len(text) > longest or max(map(len, text.split("\n"))) > MAX_LINE_LENGTH


def _lex(text: str, alias: str | None) -> list[tuple[str, str]] | None:
    """Return the sorts and texts of all tokens, or None where the text is to be shown without.

    Pygments expects a last line end; it is added here and ends up as an empty last row.
    """
    language = find_language(alias) if alias else None
    if language is None or _is_too_large(text, language.alias):
        return None
    lexer = get_lexer_by_name(language.alias)
    deadline = time.thread_time() + BASE_SECONDS + SECONDS_PER_CHARACTER * len(text)
    try:
        tokens = [
            (_sort_of(token), value) for _, token, value in _limit(lexer, deadline).get_tokens_unprocessed(text + "\n")
        ]
    except Exception:  # noqa: BLE001 - hundreds of lexers by many hands: a fault in one costs colour, not the page
        return None
    return tokens if "".join(value for _, value in tokens) == text + "\n" else None


def _rows(tokens: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield the tokens of each line, neighbours of one sort joined and space left to what stands before it."""
    row: list[tuple[str, str]] = []
    for sort, text in tokens:
        for number, piece in enumerate(text.split("\n")):
            if number:
                yield row
                row = []
            if row and (row[-1][0] == sort or piece.isspace()):
                row[-1] = (row[-1][0], row[-1][1] + piece)
            elif piece:
                row.append(("" if piece.isspace() else sort, piece))
    yield row


_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
_PICTURES = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_JOINED = rf"(?<=[{_PICTURES}])\u200d(?=[{_PICTURES}])|\U0001f3f4[\U000e0030-\U000e007a]{{2,6}}\U000e007f"

_bidi = re.compile(f"[{_BIDI}]")
_hidden = re.compile(f"(?P<picture>{_JOINED})|[\u061c{_INVISIBLE}]|\r(?!\n)")
"""Joiners and tags within an emoji are left alone: they are part of a picture that can be seen."""

_SPELLED = {"\r": "&#13;", "\0": "\ufffd"}
"""A parser of HTML would read the one as a line end and drop the other."""


def has_bidi_controls(content: str) -> bool:
    """Tell whether a text holds characters that show it in another order than it runs (CVE-2021-42574)."""
    return _bidi.search(content) is not None


def count_bidi_controls(content: str) -> int:
    """Return how many of those characters a text holds."""
    return len(_bidi.findall(content))


def mark_bidi_controls(content: str) -> str:
    """Return a text as HTML in which those characters are marked as in a listing, and nothing else is."""
    return _bidi.sub(lambda found: _mark_of(found[0]), html.escape(content, quote=False))


def spell_bidi_controls(content: str) -> str:
    """Return a text in which those characters are spelt out, `[U+202E]`: for where it cannot be marked."""
    return _bidi.sub(lambda found: f"[U+{ord(found[0]):04X}]", content)


def _mark(found: re.Match[str]) -> str:
    return found["picture"] or _mark_of(found[0])


def _mark_of(character: str) -> str:
    sort = "bidi" if has_bidi_controls(character) else "control"
    kept = "\ufffd" if "\ud800" <= character <= "\udfff" else _SPELLED.get(character, character)
    return f'<span class="{sort}" title="U+{ord(character):04X}"><bdi>{kept}</bdi></span>'


def _without_excess(content: str) -> str:
    """Return a text with at most `MAX_MARKS` characters to mark, for a mark is sixty times as long as what it marks."""
    places = (found.start() for found in _hidden.finditer(content) if not found["picture"])
    excess = next(islice(places, MAX_MARKS, None), len(content))
    return content[:excess] + _hidden.sub(lambda found: found["picture"] or "\ufffd", content[excess:])


def highlight_lines(content: str, alias: str | None) -> list[str]:
    r"""Return each line of a text as HTML that is safe and balanced, without its line end.

    The text of the fragments is exactly `content.split("\n")`, but for U+FFFD in the place of NUL and of lone
    surrogates, which HTML cannot hold. A character that cannot be seen is marked: it stands in `<span class="bidi">`
    where it changes the order of text, else in `<span class="control">`. `alias` is any word that `find_language`
    takes. A text over 128 KiB, or with a line over 2,000 characters, has no tokens; nor has one that a lexer is slow
    with, or fails on.
    """
    content = _without_excess(content)
    ends = ["&#13;" if line.endswith("\r") else "" for line in content.split("\n")[:-1]]
    text = content.replace("\r\n", "\n")
    tokens = _lex(text, alias)
    rows = _rows(tokens) if tokens else ([("", line)] for line in text.split("\n"))
    return ["".join(map(_to_html, row)) + end for row, end in zip(rows, [*ends, ""], strict=False)]


def _to_html(token: tuple[str, str]) -> str:
    sort, text = token
    shown = _hidden.sub(_mark, html.escape(text, quote=False))
    return f'<span class="{sort}">{shown}</span>' if sort else shown


def highlight_code(content: str, alias: str | None) -> str:
    """Return a text as one `<pre>`, its lines as `highlight_lines` makes them."""
    lines = "\n".join(highlight_lines(content, alias))
    return f'<pre class="highlight"><code>{lines}</code></pre>'
