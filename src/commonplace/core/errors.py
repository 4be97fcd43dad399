"""Failures that a person or a program can be told about, in five categories.

A service raises what went wrong in the domain's own words; the two doors map the category to HTTP
in one place each (`web.error_pages`, `api.problems`). Anything else that is raised is a defect.
"""

from collections.abc import Mapping


class CommonplaceError(Exception):
    """A failure with one clear sentence for whoever asked; its category says whose move is next."""

    status = 500

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        """Keep the sentence, and the reasons by field where the fault lies in what was filled in."""
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class Invalid(CommonplaceError):
    """What was sent cannot be taken as it is: send it again, corrected."""

    status = 400


class Forbidden(CommonplaceError):
    """It exists and may be known of, but is not the viewer's to do."""

    status = 403


class NotFound(CommonplaceError):
    """It does not exist, or the viewer may not know that it does: the two answer alike."""

    status = 404


class Conflict(CommonplaceError):
    """It clashes with what is there already."""

    status = 409


class Unavailable(CommonplaceError):
    """It cannot be done now: try again after some seconds."""

    status = 503

    def __init__(self, message: str, *, retry_after: int, status: int = 503) -> None:
        """Keep the sentence and after how many seconds to try again; 429 where the asker asks too often."""
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


def invalid_field(field: str, reason: str) -> Invalid:
    """Return the failure of a single field."""
    return Invalid(reason, fields={field: reason})


class TooLarge(Invalid):
    """What was sent is larger than is taken; the message says how large it may be."""

    status = 413
