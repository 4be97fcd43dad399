"""What the feed listens to, and what it lends to users: the one place where both are tied."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from commonplace.core.house import house_of
from commonplace.entries.events import entries_listed, visibility_changed
from commonplace.entries.queries_threads import list_thread_author_ids
from commonplace.jobs.job import nudge
from commonplace.live.service import renew, tell
from commonplace.timeline.making import read_newsfeed
from commonplace.timeline.rules import topic_of
from commonplace.timeline.service import change_version, note_additions
from commonplace.timeline.service_tokens import delete_feed_tokens
from commonplace.timeline.tasks import fan_out
from commonplace.users import events
from commonplace.users.models import User
from commonplace.users.newsfeed import provide_newsfeed


@entries_listed.connect
def note_listed(session: Session, entry_ids: Sequence[int]) -> None:
    """Write down what came to stand in lists; have it pushed where the site does so, and tell who is looking."""
    additions = note_additions(session, entry_ids)
    for addition in additions:
        nudge(session, fan_out, addition.seq)
    for author_id in {addition.author_id for addition in additions}:
        _tell_readers(session, author_id)


@visibility_changed.connect
def note_visibility(session: Session, which: ColumnElement[bool]) -> None:
    """Let whoever is offered these entries, or what answers them, see whether they are still there for them."""
    for author_id in list_thread_author_ids(session, which):
        _tell_readers(session, author_id)


@events.user_followed.connect
@events.user_unfollowed.connect
def note_follow(session: Session, follower: User, **_: User) -> None:
    """The follower reads others than before."""
    _read_others(session, follower)


@events.user_muted.connect
@events.user_unmuted.connect
def note_mute(session: Session, muter: User, **_: User) -> None:
    """The muter reads others than before."""
    _read_others(session, muter)


@events.user_blocked.connect
@events.user_unblocked.connect
def note_block(session: Session, blocker: User, blocked: User) -> None:
    """Both see others than before."""
    _read_others(session, blocker, blocked)


@events.tokens_revoked.connect
def note_revoked(session: Session, user: User) -> None:
    """The user's secret addresses end with their tokens: who knew one may be why."""
    delete_feed_tokens(session, user)


def _tell_readers(session: Session, author_id: int) -> None:
    tell(session, house_of(session), topic_of(author_id), "shared", {})


def _read_others(session: Session, *readers: User) -> None:
    change_version(session, [reader.id for reader in readers])
    for reader in readers:
        renew(session, house_of(session), reader.id)


provide_newsfeed(read_newsfeed)
