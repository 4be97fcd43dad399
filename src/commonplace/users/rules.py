"""What may be a username, an e-mail address or a line of text: decided here, for every door alike."""

import unicodedata
from functools import cache
from pathlib import Path

import email_validator

from commonplace.core.errors import invalid_field
from commonplace.users.lookalikes import is_single_script, skeleton_of

MIN_USERNAME = 3
MAX_USERNAME = 40
MAX_MARKS_IN_A_ROW = 2
MAX_EMAIL = 254  # RFC 5321
SEPARATORS = frozenset("_-.")
RESERVED_USERNAMES = Path(__file__).parent / "words" / "reserved_usernames.txt"
FEED_SUFFIX = ".atom"  # /@<username>.atom is the feed of that user
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

# A house may have a mail server of its own, for addresses that nobody else can reach, such as anna@nas.local.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def clean_username(text: str) -> str:
    """Return the name as it is shown: NFKC, letters, marks and digits of one script, `_`, `-` and `.` inside.

    Raises Invalid for all else, and for names that are reserved or look like one that is.
    """
    username = unicodedata.normalize("NFKC", text.strip(" "))
    if reason := _fault_of(username) or _fault_of_look(username):
        raise invalid_field("username", reason)
    return username


def fold_username(text: str) -> str:
    """Return what two spellings of one name have in common: NFKC, without case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip(" ")).casefold())


def clean_email(text: str) -> str:
    """Return the address in ASCII, its domain in small letters; raises Invalid where it cannot be one."""
    try:
        found = email_validator.validate_email(
            text.strip(" "), check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
        )
    except email_validator.EmailNotValidError:
        raise invalid_field("email", "This is not an e-mail address, such as anna@example.org.") from None
    return str(found.ascii_email)


def fold_email(email: str) -> str:
    """Return the address without case: no mail service of today tells two people apart by it."""
    return email.strip(" ").casefold()


def clean_text(field: str, text: str, limit: int) -> str:
    """Return a text with LF for line breaks and no space around it; raises Invalid where it is too long."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise invalid_field(field, f"Use {limit} characters or fewer.")
    if not is_storable(text):
        raise invalid_field(field, "This contains signs that cannot be shown.")
    return text


def is_storable(text: str) -> bool:
    """Tell whether a text has no control signs but tab and line break, and no half of a surrogate pair."""
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text if sign not in "\t\n")


def _fault_of(username: str) -> str | None:
    if not MIN_USERNAME <= len(username) <= MAX_USERNAME:
        return f"Use {MIN_USERNAME} to {MAX_USERNAME} characters."
    if not all(_is_letter(sign) or _is_mark(sign) or sign in SEPARATORS for sign in username):
        return "Use letters, digits, and “_”, “-” or “.” between them."
    if not _is_letter(username[0]) or username[-1] in SEPARATORS:
        return "Begin and end with a letter or a digit."
    return None


def _fault_of_look(username: str) -> str | None:
    longest = run = 0
    for sign in username:
        run = run + 1 if _is_mark(sign) else 0
        longest = max(longest, run)
    if longest > MAX_MARKS_IN_A_ROW:
        return "Use fewer marks on one letter."
    if not is_single_script(username):
        return "Use letters of one script only."
    if skeleton_of(username) in _reserved() or fold_username(username).endswith(FEED_SUFFIX):
        return "This name is reserved: choose another."
    return None


@cache
def _reserved() -> frozenset[str]:
    return frozenset(map(skeleton_of, RESERVED_USERNAMES.read_text(encoding="utf-8").split()))


def _is_letter(sign: str) -> bool:
    category = unicodedata.category(sign)
    return (category[0] == "L" or category == "Nd") and sign not in _INVISIBLE


def _is_mark(sign: str) -> bool:
    is_selector = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    return unicodedata.category(sign) in {"Mn", "Mc"} and sign not in _INVISIBLE and not is_selector
