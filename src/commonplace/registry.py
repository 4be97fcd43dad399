"""The one list of kinds: those of the house, and those of installed packages by entry point; and of all jobs."""

from collections.abc import Sequence
from importlib.metadata import entry_points

from commonplace.api import tasks as api_jobs
from commonplace.config import wrong_setting
from commonplace.entries import subscribers as entries_subscribers
from commonplace.entries import tasks as entries_jobs
from commonplace.entries.kinds import Kind, known_kinds, make_known
from commonplace.jobs import heartbeat
from commonplace.mail import tasks as mail_jobs
from commonplace.moderation import subscribers as moderation_subscribers
from commonplace.notifications import subscribers as notifications_subscribers
from commonplace.notifications import tasks as notifications_jobs
from commonplace.posts.kind import posts
from commonplace.snaps.kind import snaps
from commonplace.timeline import subscribers as timeline_subscribers
from commonplace.timeline import tasks as timeline_jobs
from commonplace.users import tasks as users_jobs

BUILT_IN = (posts, snaps)
JOBS = (heartbeat, mail_jobs, api_jobs, users_jobs, entries_jobs, timeline_jobs, notifications_jobs)
"""Imported here so that every worker knows the floors' jobs; a kind's come with the kind."""
SUBSCRIBERS = (entries_subscribers, timeline_subscribers, notifications_subscribers, moderation_subscribers)
"""Likewise, so that every process hears what happens: a page's, a worker's, a command's."""
GROUP = "commonplace.kinds"


def list_kinds() -> tuple[Kind, ...]:
    """Return every kind that this installation knows."""
    return tuple(known_kinds().values())


def choose_kinds(wanted: Sequence[str]) -> tuple[Kind, ...]:
    """Return the kinds of those packages, all where none is named; raises SettingsError for an unknown one."""
    known = {kind.package: kind for kind in list_kinds()}
    for package in wanted:
        if package not in known:
            raise wrong_setting("kinds", f"it names what is not installed here; known: {', '.join(known)}")
    return tuple(kind for package, kind in known.items() if not wanted or package in wanted)


for kind in (*BUILT_IN, *(point.load() for point in entry_points(group=GROUP))):
    make_known(kind)
