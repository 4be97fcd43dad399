"""All that entries listen to: accounts that go and come back, and what is removed for good."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from commonplace.api.service import wipe_answers
from commonplace.core.events import announce
from commonplace.entries import queries, service
from commonplace.entries.events import entries_purged, visibility_changed
from commonplace.entries.models import Entry
from commonplace.users import events
from commonplace.users.models import User

BATCH = 500


@events.user_suspended.connect
@events.user_unsuspended.connect
@events.user_closed.connect
@events.user_reopened.connect
def _tell_of_what_they_shared(session: Session, user: User) -> None:
    announce(visibility_changed, session, which=Entry.author_id == user.id)


@events.user_purged.connect
def _purge_entries_of(session: Session, user: User) -> None:
    while ids := queries.list_ids_by_author(session, user.id, BATCH):
        service.purge_entries(session, ids)


@entries_purged.connect
def _wipe_answers_about(session: Session, entry_ids: Sequence[int]) -> None:
    wipe_answers(session, queries.list_hash_keys(session, entry_ids))
