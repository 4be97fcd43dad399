"""Speaking to open pages, for the floors above."""

import logging

from sqlalchemy.orm import Session

from commonplace.core.events import after_commit
from commonplace.core.house import House
from commonplace.live.rooms import user_room
from commonplace.live.rules import Facts, is_sayable
from commonplace.live.speakers import speaker_of

log = logging.getLogger(__name__)


def renew(session: Session, house: House, user_id: int) -> None:
    """Let a user's open pages connect anew once the session is committed: what they may hear is not what it was.

    A page that does not obey is found by `watch`.
    """
    tell(session, house, user_id, "renew", {})


def tell(session: Session, house: House, to: int | str, event: str, facts: Facts) -> None:
    """Tell a user, by id, or all who listen to a topic, by name, once the session is committed; never raises.

    A page gets it as the event `live:<event>` on its document, with `facts` as detail: ids and counts, no text. It
    may get lost: whoever counts on it asks the database when `live:connected` comes.
    """
    if not is_sayable(event, facts):
        log.error("%s is not told: its name or its facts are not as live updates have them", event)
        return
    room = user_room(to) if isinstance(to, int) else to
    told = dict(facts)
    after_commit(session, lambda: speaker_of(house).speak(room, event, told))
