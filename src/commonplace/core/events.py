"""What happened, told upwards: a floor announces, the floors above subscribe; and what waits for the commit.

A subscriber that fails is logged and never breaks what it was told of. The transaction is not its own to end.
"""

import logging
from collections.abc import Callable
from typing import Any

from blinker import NamedSignal, Namespace
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

log = logging.getLogger(__name__)
_namespace = Namespace()
_WAITING = "waiting_for_commit"


def signal(name: str) -> NamedSignal:
    """Return the house's signal of that name, such as `entry-shared`."""
    return _namespace.signal(name)


def announce(happened: NamedSignal, session: Session, **facts: Any) -> None:
    """Tell every subscriber what happened, each in a savepoint of its own, within `session`'s transaction.

    Raises RuntimeError where one of them ended that, so that nobody is told of a success that was rolled back.
    """
    transaction = session.get_transaction() or session.begin()
    for receiver in happened.receivers_for(session):
        try:
            with session.begin_nested():  # what a failing subscriber wrote is undone, and nothing else
                receiver(session, **facts)
        except Exception:
            log.exception("a subscriber of %s failed", happened.name)
        if session.get_transaction() is not transaction:
            raise RuntimeError(f"a subscriber of {happened.name} ended the transaction that it was told within")


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Run `action` once all that `session` did until now is committed; never, when it is rolled back.

    A failure of `action` is logged: a sweep repeats it.
    """
    if _WAITING not in session.info:
        session.info[_WAITING] = {}
        event.listen(session, "after_commit", _run_or_hand_up)
        event.listen(session, "after_transaction_end", _forget)
    current = session.get_nested_transaction() or session.get_transaction() or session.begin()
    session.info[_WAITING].setdefault(current, []).append(action)


def _run_or_hand_up(session: Session) -> None:
    waiting = session.info[_WAITING]
    released = session.get_nested_transaction()
    if released is not None:
        waiting.setdefault(released.parent, []).extend(waiting.pop(released, []))
        return
    for action in waiting.pop(session.get_transaction(), []):
        try:
            action()
        except Exception:
            log.exception("what should follow a commit failed")


def _forget(session: Session, ended: SessionTransaction) -> None:
    session.info[_WAITING].pop(ended, None)
