"""Decisions about snaps: which text is taken, under which name, and how a browser's line breaks are read."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonplace.core.errors import TooLarge, invalid_field
from commonplace.core.highlight import guess_extension

MAX_BYTES = 1024 * 1024
MAX_NAME = 255
PREVIEW_LINES = 8
PREVIEW_CHARACTERS = 640
EXPIRIES: dict[str, timedelta | None] = {
    "never": None,
    "5 minutes": timedelta(minutes=5),
    "10 minutes": timedelta(minutes=10),
    "1 hour": timedelta(hours=1),
    "1 day": timedelta(days=1),
    "1 week": timedelta(weeks=1),
    "1 month": timedelta(days=30),
    "1 year": timedelta(days=365),
}
_EXTENSION = re.compile(r"[\w+#.-]{0,40}")


@dataclass(frozen=True)
class SnapText:
    """A text with all that is derived from it when it is stored."""

    content: str
    digest: str
    size: int
    lines: int
    preview: str


def check_content(content: str) -> SnapText:
    """Return the text ready to be stored; raises Invalid for what is no text, TooLarge above 1 MiB."""
    if (position := content.find("\0")) >= 0:
        raise invalid_field(
            "content",
            f"There is a NUL character at position {position} (in line {_line_at(content, position)}).",
        )
    try:
        raw = content.encode("utf-8")
    except UnicodeEncodeError as error:
        raise invalid_field(
            "content", f"Half a character (a lone surrogate) stands at position {error.start}."
        ) from None
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"A snap holds at most 1 MiB ({MAX_BYTES:,} bytes); this has {len(raw):,} bytes.")
    return SnapText(
        content=content,
        digest=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        lines=content.count("\n") + (not content.endswith("\n") and content != ""),
        preview=_preview(content),
    )


def _line_at(content: str, position: int) -> int:
    return content.count("\n", 0, position) + 1


def _preview(content: str) -> str:
    head = content[: PREVIEW_CHARACTERS * 2].lstrip("\ufeff\r\n")
    return "\n".join(head.splitlines()[:PREVIEW_LINES])[:PREVIEW_CHARACTERS]


def clean_name(name: str) -> str:
    """Return a file name without folders, control or invisible characters; raises Invalid where it is too long."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c == "\u200d")
    cleaned = unicodedata.normalize("NFC", visible).strip()
    if len(cleaned) > MAX_NAME:
        raise invalid_field("name", f"A name has at most {MAX_NAME} characters; this has {len(cleaned)}.")
    return "" if cleaned in {".", ".."} else cleaned


def choose_extension(extension: str, name: str, content: str) -> str:
    """Return the extension given, or else the one that name and content suggest; "" where nothing does."""
    given = extension.strip().lstrip(".").lower()
    if not is_extension(given):
        raise invalid_field("extension", "An extension is a short word such as py, rs or md.")
    return given or guess_extension(name, content)


def is_extension(text: str) -> bool:
    """Tell whether a snap can have that extension."""
    return _EXTENSION.fullmatch(text) is not None


def name_or_default(name: str, extension: str) -> str:
    """Return the name, or a plain one for a text that came without."""
    return name or (f"untitled.{extension}" if extension else "untitled")


def check_expiry(expires_on: datetime | None, now: datetime) -> None:
    """Raise Invalid where an entry would have expired before it is shared."""
    if expires_on is not None and expires_on <= now:
        raise invalid_field("expires_on", "This moment has passed already: choose one in the future.")


def read_form_text(text: str, stored: str | None = None) -> str:
    """Return a form's text with the line ends meant: LF, or CRLF where the stored text has them throughout.

    A browser sends CRLF for every line break, whatever the text had (HTML, form submission, newline normalisation);
    where nothing else differs, the text is as it is stored, however mixed its line ends are.
    """
    unix = _with_unix_ends(text)
    if stored is not None and unix == _with_unix_ends(stored):
        return stored
    return unix.replace("\n", "\r\n") if stored is not None and is_crlf(stored) else unix


def _with_unix_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_crlf(content: str) -> bool:
    """Tell whether every line of the text ends in CRLF."""
    return "\r\n" in content and content.count("\n") == content.count("\r\n")
