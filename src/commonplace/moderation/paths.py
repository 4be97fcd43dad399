"""Where an entry stands on this site, as the log and the terminal name it."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from commonplace.entries.kinds import known_kinds
from commonplace.moderation.models import Report
from commonplace.moderation.queries import list_addresses


def path_to(kind: str, hash_key: str) -> str:
    """Return the path of an entry's page, such as `/snaps/<hash_key>`."""
    known = known_kinds().get(kind)
    return f"/{known.package if known else kind}/{hash_key}"


def list_paths(session: Session, reports: Iterable[Report]) -> Mapping[int, str]:
    """Return the paths of the entries that these reports are about, by the entries' ids."""
    return {entry_id: path_to(*address) for entry_id, address in list_addresses(session, reports).items()}
