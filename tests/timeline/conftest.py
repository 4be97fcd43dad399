"""A reader, whom they follow, and what all of them shared."""

import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from commonplace.snaps.models import Snap
from commonplace.timeline.candidates import NEWEST
from commonplace.timeline.models import Reader
from commonplace.users.models import Follow, User
from tests.factories import make_snap, make_user


@dataclass
class Stage:
    """`reader` follows `authors`; `snaps` are theirs in turn with a stranger's, the oldest first."""

    session: Session
    reader: User
    authors: list[User]
    stranger: User
    snaps: list[Snap] = field(default_factory=list)

    def share(self, number: int, since: datetime | None = None) -> None:
        """Let authors and stranger share that many in turn, a minute apart."""
        since = since or datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=len(self.snaps))
        people = [*self.authors, self.stranger]
        for index in range(number):
            author, moment = people[index % len(people)], since + timedelta(minutes=index)
            self.snaps.append(make_snap(self.session, author, audience="members", created_on=moment))
        self.session.commit()

    def expected(self, before: int = 1 << 62) -> list[int]:
        """Ids of the reader's feed below an id, newest first."""
        read = {author.id for author in self.authors} | {self.reader.id}
        return sorted((snap.id for snap in self.snaps if snap.author_id in read and snap.id < before), reverse=True)


@pytest.fixture
def stage(session):
    reader, stranger = make_user(session, "reader"), make_user(session, "stranger")
    authors = [make_user(session, name) for name in ("ada", "bob", "cleo")]
    session.add_all(Follow(follower_id=reader.id, followed_id=author.id) for author in authors)
    session.add(Reader(user_id=reader.id, version=1))
    session.commit()
    return Stage(session, reader, authors, stranger)


@pytest.fixture
def free_port():
    """A port of this machine at which nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def fill(containers, reader_id, version, contents):
    """Let a container hold that."""
    containers.end_filling(containers.begin_filling(reader_id, version), contents)


def look(containers, session, reader_id, version, *, pushed=0):
    """Return all that a container holds as of now."""
    if session is not None:
        session.rollback()
    return containers.find(session, reader_id, version, pushed=pushed, before=NEWEST, number=999)
