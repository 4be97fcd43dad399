"""A snap's text made ready to be looked at: highlighted lines from the cache, and differences between versions.

The cache is keyed by text, language and the highlighter's version, so nothing in it can be wrong, and all of it
can be dropped.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from commonplace.core.cache import HouseCache
from commonplace.core.highlight import FORMAT_VERSION, Language, find_language, highlight_lines

DIFFERENCE_BYTES = 256 * 1024
DIFFERENCE_LINES = 4_000
LISTED_LINES = 20_000
LISTED_BYTES = 1_500_000
"""How much of a text a page shows: so many lines, and so many characters of HTML beyond the first line."""
BIDI_MARK = '<span class="bidi"'


def choose_language(asked: str | None, extension: str) -> Language | None:
    """Return the language to show a text in: the one asked for while viewing, or the text's own."""
    return (find_language(asked) if asked else None) or find_language(extension)


def listing_of(cache: HouseCache, digest: str, language: Language | None, content: Callable[[], str]) -> str:
    """Return a listing's lines as HTML, as many as a page shows; `content` is asked for where the cache has none."""
    alias = language.alias if language else ""

    def make() -> str:
        lines = _lines_of(content(), alias or None)
        return "".join(_within(f'<span id="L{number}">{line}\n</span>' for number, line in enumerate(lines, start=1)))

    return cache.get_or_make(f"listing-{FORMAT_VERSION}-{alias}-{digest}", make)


def is_whole(listing: str, lines: int) -> bool:
    """Tell whether a listing shows all lines of a text of so many."""
    return lines == 0 or f'<span id="L{lines}">' in listing


def plain_text(content: str) -> tuple[str, bool]:
    """Return a text as HTML without colours and numbers, as much as a page shows, and whether that is all of it."""
    lines = _lines_of(content, None)
    shown = list(_within(f"{line}\n" for line in lines))
    return "".join(shown), len(shown) == len(lines) and content.count("\n") <= LISTED_LINES


def _lines_of(content: str, alias: str | None) -> list[str]:
    if content.count("\n") > LISTED_LINES:
        return highlight_lines("\n".join(content.split("\n", LISTED_LINES)[:LISTED_LINES]), alias)
    lines = highlight_lines(content, alias)
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines  # what follows a final line break is no line


def _within(lines: Iterable[str]) -> Iterator[str]:
    room = LISTED_BYTES
    for number, line in enumerate(lines):
        room -= len(line) if number else 0
        if room < 0:
            return
        yield line


@dataclass(frozen=True)
class DifferenceLine:
    """One line of a unified difference as HTML: `sort` is hunk, added, removed or same."""

    sort: str
    html: Markup


def difference(before: str, after: str) -> list[DifferenceLine] | None:
    """Return what changed, as unified difference lines; None where the texts are too large to compare."""
    old, new = before.splitlines(), after.splitlines()
    if len(before) + len(after) > DIFFERENCE_BYTES or max(len(old), len(new)) > DIFFERENCE_LINES:
        return None
    sorts = {"@": "hunk", "+": "added", "-": "removed", " ": "same"}
    lines = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
    shown = highlight_lines("\n".join(line if line[0] == "@" else line[1:] for line in lines), None)
    return [DifferenceLine(sorts[line[0]], Markup(html)) for line, html in zip(lines, shown, strict=False)]  # noqa: S704 - escaped by the highlighter
