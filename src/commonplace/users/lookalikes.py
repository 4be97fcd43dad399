"""Which signs look alike and which script each belongs to, from Unicode's data: UTS 39, sections 4 and 5.

The data comes with the package confusable_homoglyphs. It is read when the first name is chosen, not when a
process starts: it takes a twentieth of a second.
"""

import json
import unicodedata
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import Any

_ROUNDS = 3  # a prototype may be a capital, and the small letter look like yet another
_SMALL_I = str.maketrans({"i": "l", "\u0131": "l"})  # its capital looks like an l, and names are shown as typed
_DOT_ABOVE = "\u0307"
_LEFT_TO_RIGHT_MARK = "\u200e"  # the data wraps signs of right-to-left scripts in it
_ANY_SCRIPT = frozenset({"COMMON", "INHERITED"})
_MIXTURES = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)


def skeleton_of(text: str) -> str:
    """Return what a hasty eye sees of a text: equal for two that look alike, whatever their scripts."""
    for _ in range(_ROUNDS):
        text = unicodedata.normalize("NFKC", text).translate(_prototypes()).casefold()
    return unicodedata.normalize("NFKC", text).translate(_SMALL_I).replace("l" + _DOT_ABOVE, "l")


def is_single_script(text: str) -> bool:
    """Tell whether all letters are of one script, or of those that Chinese, Japanese or Korean mix."""
    scripts = {_script_of(sign) for sign in text} - _ANY_SCRIPT
    return len(scripts) <= 1 or any(scripts <= mixture for mixture in _MIXTURES)


@cache
def _prototypes() -> dict[int, str]:
    # the data tells each pair both ways: a prototype stands with all its likes, each of those with it alone
    data = {
        sign.strip(_LEFT_TO_RIGHT_MARK): [other["c"].strip(_LEFT_TO_RIGHT_MARK) for other in others]
        for sign, others in _load("confusables.json").items()
    }
    table = {}
    for sign, (prototype, *more) in data.items():
        is_like = len(data[prototype]) > 1 or len(prototype) > 1 or prototype < sign
        if len(sign) == 1 and not more and is_like:
            table[ord(sign)] = prototype
    return table


def _script_of(sign: str) -> str:
    starts, ends = _scripts()
    last, script = ends[bisect_right(starts, ord(sign)) - 1]
    return script if ord(sign) <= last else "UNKNOWN"


@cache
def _scripts() -> tuple[list[int], list[tuple[int, str]]]:
    data = _load("categories.json")
    names, ranges = data["iso_15924_aliases"], data["code_points_ranges"]
    return [first for first, *_ in ranges], [(last, names[name]) for _, last, name, _ in ranges]


def _load(name: str) -> Any:
    return json.loads(files("confusable_homoglyphs").joinpath(name).read_bytes())
