"""What counts as text, with a plain word on where something does not."""

import re

from commonplace.core.errors import invalid_field

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def check_text(field: str, text: str) -> None:
    """Raise Invalid, with the position, where a text holds what no database keeps: NUL, or half of a character."""
    if found := _NO_TEXT.search(text):
        what = "a NUL character" if found[0] == "\0" else "half a character (a lone surrogate)"
        line = text.count("\n", 0, found.start()) + 1
        raise invalid_field(field, f"There is {what} at position {found.start()} (in line {line}).")


def decode_text(field: str, raw: bytes) -> str:
    """Return the text of these bytes; raises Invalid with the position of the first that is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = f"This is not UTF-8 text: byte {error.start} (in line {line}) does not fit."
        raise invalid_field(field, reason) from None
