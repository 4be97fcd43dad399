"""Who may do what to whom, and what may stand in a report."""

from commonplace.core.errors import Forbidden, invalid_field
from commonplace.entries.models import Entry
from commonplace.moderation.models import Action
from commonplace.users.models import Role, User
from commonplace.users.rules import clean_text

REASON_LENGTH = 1000
NOTE_LENGTH = 1000
MODERATORS: frozenset[Role] = frozenset({"owner", "moderator"})
AGAINST_SOMEBODY: frozenset[Action] = frozenset({"hide", "suspend", "unsuspend"})
"""What is done against a person, or takes back what was: never to the owner."""


def find_obstacle(action: Action, moderator: User, person: User) -> str | None:
    """Return why `moderator` may not do that to `person`, or to an entry of theirs; None where they may.

    Nobody moderates themselves, or the owner. Reports about the owner can be dismissed all the same, by the owner too:
    there is nobody above, and they would never be done with. Only the owner suspends a moderator, or ends that.
    """
    if moderator.role not in MODERATORS:
        return "This is for those who look after the site."
    if action in AGAINST_SOMEBODY and person.role == "owner":
        return "Nobody moderates the owner of the site."
    if moderator.id == person.id and moderator.role != "owner":
        return "Nobody moderates themselves: leave this to the others who look after the site."
    if action in {"suspend", "unsuspend"} and person.role == "moderator" and moderator.role != "owner":
        return "Only the owner suspends a moderator, or ends that."
    return None


def may(action: Action, moderator: User, person: User) -> bool:
    """Tell whether `moderator` may do that to `person`, or to an entry of theirs."""
    return find_obstacle(action, moderator, person) is None


def check_may(action: Action, moderator: User, person: User) -> None:
    """Raise Forbidden where `moderator` may not do that."""
    if obstacle := find_obstacle(action, moderator, person):
        raise Forbidden(obstacle)


def sees_reports_about(moderator: User, person: User) -> bool:
    """Tell whether a moderator learns who reported that person: of themselves only the owner does."""
    return moderator.id != person.id or moderator.role == "owner"


def check_may_report(reporter: User, person: User) -> None:
    """Raise Forbidden for whom it would be about themselves."""
    if reporter.id == person.id:
        raise Forbidden("You cannot report yourself: delete what you do not want to stand here.")


def may_report(viewer: User | None, entry: Entry) -> bool:
    """Tell whether the viewer, who sees the entry, is offered to report it."""
    return viewer is not None and viewer.id != entry.author_id


def clean_reason(reason: str) -> str:
    """Return the reason as it is kept; raises Invalid for none, or one that is too long."""
    reason = clean_text("reason", reason, REASON_LENGTH)
    if not reason:
        raise invalid_field("reason", "Say in a few words what is wrong.")
    return reason


def clean_note(note: str) -> str:
    """Return a moderator's note as it is kept, which may be none; raises Invalid where it is too long."""
    return clean_text("note", note, NOTE_LENGTH)
