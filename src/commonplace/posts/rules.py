"""Decisions about posts: which text is taken, which names and tags are in it, and how it is told in short."""

import re
import unicodedata
from dataclasses import dataclass

from commonplace.core.errors import invalid_field
from commonplace.core.markdown import list_words
from commonplace.core.text import check_text
from commonplace.users.rules import MAX_USERNAME, fold_username

MAX_CHARACTERS = 5_000
MAX_MENTIONED = 20
MAX_TAG = 50
MAX_FOLDED_TAG = 100
"""Some signs become several when they are folded; the database keeps as many."""

SHORT_CHARACTERS = 600
SHORT_LINES = 12
TITLE_CHARACTERS = 80
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_LINK = re.compile(r"!?\[([^][]*)\]\([^()\s]*\)")
_MARKUP = re.compile(
    r"^(?:[ \t]*(?:>|#{1,6}[ \t]|[*+-][ \t]|\d{1,9}[.)][ \t]))+|[*`]+|~~|(?<!\w)_+|_+(?!\w)|\\(?=[!-/:-@\[-`{-~])",
    re.MULTILINE,
)


@dataclass(frozen=True)
class PostText:
    """A text with what was found in it: names, folded, the first twenty; and tags, folded."""

    content: str
    names: tuple[str, ...]
    tags: tuple[str, ...]


def check_content(content: str) -> PostText:
    """Return the text, its line ends LF, ready to be stored; raises Invalid where it is empty, too long or no text."""
    check_text("content", content)
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if all(unicodedata.category(sign) in _INVISIBLE for sign in content):
        raise invalid_field("content", "There is nothing to be seen in this: write something.")
    if len(content) > MAX_CHARACTERS:
        raise invalid_field("content", f"A post has at most {MAX_CHARACTERS:,} characters; this has {len(content):,}.")
    words = list_words(content)
    return PostText(content, _names_in(words), _tags_in(words))


def _names_in(words: list[str]) -> tuple[str, ...]:
    names = (word[1:] for word in words if word[0] == "@" and len(word) <= MAX_USERNAME + 1)
    return tuple(dict.fromkeys(map(fold_username, names)))[:MAX_MENTIONED]


def _tags_in(words: list[str]) -> tuple[str, ...]:
    tags = (fold_tag(word[1:]) for word in words if word[0] == "#")
    return tuple(dict.fromkeys(tag for tag in tags if tag is not None))


def fold_tag(text: str) -> str | None:
    """Return what all spellings of a tag have in common: NFKC, without case; None for what is no tag.

    A tag is of letters, digits and `_`, not of digits alone, and up to fifty characters.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    categories = {"_" if sign == "_" else unicodedata.category(sign)[0] for sign in folded}
    is_tag = len(text) <= MAX_TAG and len(folded) <= MAX_FOLDED_TAG and categories <= set("LMN_") and "L" in categories
    return folded if is_tag else None


def shorten(content: str) -> str:
    """Return a text for a list: whole, or of a long one the beginning, cut where it hurts least."""
    lines = content.splitlines(keepends=True)
    if len(content) <= SHORT_CHARACTERS * 5 // 4 and len(lines) <= SHORT_LINES * 3 // 2:
        return content
    start = "".join(lines[:SHORT_LINES])[:SHORT_CHARACTERS]
    for end in ("\n\n", "\n", " "):
        place = start.rfind(end)
        if place >= SHORT_CHARACTERS // 2:
            return start[:place]
    return start


def first_words(content: str) -> str:
    """Return the beginning of a text without its markup, as one line: what stands for a title."""
    start = content.lstrip()[: TITLE_CHARACTERS * 4]
    words = (_MARKUP.sub("", _LINK.sub(r"\1", start)).split() or start.split())[:TITLE_CHARACTERS]
    line = " ".join(words)
    if len(line) <= TITLE_CHARACTERS:
        return line
    cut = line[:TITLE_CHARACTERS].rpartition(" ")[0] or line[: TITLE_CHARACTERS - 1]
    return cut.rstrip(",;:.- ") + "\u2026"
