"""People who concern one another, jobs done here and now, and the mails that came of it."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.house import House
from commonplace.core.ids import allocate_id, new_hash_key
from commonplace.entries.models import Ancestor, Entry
from commonplace.jobs.job import Job, jobs
from commonplace.notifications.models import EVENTS, Notification
from commonplace.notifications.rules import Channels
from commonplace.notifications.service import choose_channels
from commonplace.notifications.tasks import sweep_news
from commonplace.posts.models import Post
from commonplace.users.models import User
from tests.factories import make_user
from tests.mail.conftest import outbox

Work = Callable[..., None]


@pytest.fixture
def people(session: Session) -> SimpleNamespace:
    """Ada, who is told things, and some others; all of their addresses are confirmed."""
    make_user(session, "owner-1", role="owner")
    names = ("ada", "bob", "cleo")
    people = {name: make_user(session, name) for name in names} | {"mod": make_user(session, "mod", role="moderator")}
    for user in people.values():
        user.email_verified_on = clock.now()
    session.commit()
    return SimpleNamespace(**people)


@pytest.fixture
def work(house: House, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Do a job and all that comes of it, in the order in which a worker would."""
    waiting: deque[tuple[Job[...], Any, Any]] = deque()
    monkeypatch.setattr(jobs, "publisher", lambda wanted, ids, values: waiting.append((wanted, ids, values)))

    def do(first: Job[...], *ids: Any) -> None:
        waiting.append((first, ids, {}))
        while waiting:
            wanted, ids, values = waiting.popleft()
            wanted(house, *ids, **values)

    return do


@pytest.fixture
def mails(house: House, work: Work) -> Callable[[], list[EmailMessage]]:
    """Let some minutes pass, mail what is due, and return all mails that went out until now."""

    def send(after: timedelta = timedelta(minutes=2)) -> list[EmailMessage]:
        with time_machine.travel(clock.now() + after):
            work(sweep_news)
        return outbox(house)

    return send


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as noon:
        yield noon


def told(session: Session, user: User) -> list[tuple[str, str, int | None]]:
    """Return what is stored for the user: event, actor's name and entry, oldest first."""
    rows = select(Notification.event, User.username, Notification.entry_id).join(Notification.actor)
    return [
        tuple(row) for row in session.execute(rows.where(Notification.user_id == user.id).order_by(Notification.id))
    ]


def mail_all(session: Session, user: User) -> None:
    """Let the user be mailed at once whatever happens."""
    choose_channels(session, user, {event: Channels(cadence="immediately") for event in EVENTS})


def answer(session: Session, author: User, parent: Entry, content: str = "I see.") -> Post:
    """Return a reply of which nobody is told yet."""
    above = session.scalars(select(Ancestor.ancestor_id).where(Ancestor.entry_id == parent.id))
    post = Post(
        id=allocate_id(session, Entry.id, clock.now()),
        hash_key=new_hash_key(),
        author=author,
        content=content,
        audience=parent.audience,
        created_on=clock.now(),
        parent_id=parent.id,
        depth=parent.depth + 1,
    )
    session.add(post)
    session.flush()
    session.add_all(Ancestor(entry_id=post.id, ancestor_id=ancestor) for ancestor in (parent.id, *above))
    session.flush()
    return post


def text_of(mail: EmailMessage) -> str:
    """Return the plain body of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
