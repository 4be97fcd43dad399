"""The command that fills an empty site with a small community, so that a newcomer sees what a used one looks like.

Who is in it and what they share lies as plain files in the folder `demo_content`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import click
from sqlalchemy import delete
from sqlalchemy.orm import Session

from commonplace.core import clock
from commonplace.core.errors import Conflict
from commonplace.core.house import House
from commonplace.entries.models import Audience
from commonplace.entries.service import delete_entry
from commonplace.mail.models import Mail
from commonplace.operations import migrations
from commonplace.operations.demo_posts import add_posts
from commonplace.operations.lost_database import check_not_lost
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues, edit_snap, share_snap
from commonplace.terminal.commands import with_house
from commonplace.users.models import Role, User
from commonplace.users.queries import count_users, is_email_taken
from commonplace.users.service import create_user, edit_profile, verify_email
from commonplace.users.service_follows import follow_user

CONTENT = files("commonplace.operations") / "demo_content"


@dataclass(frozen=True)
class Person:
    """Somebody of the community."""

    username: str
    about: str
    joined_days_ago: float
    follows: list[str]
    role: Role | None = None


@dataclass(frozen=True)
class Share:
    """A snap that somebody shared, and what became of it."""

    author: str
    name: str
    shared_days_ago: float
    audience: Audience = "members"
    edited_days_ago: list[float] = field(default_factory=list)
    forked_from: str = ""
    expires_in_days: float | None = None
    deleted_days_ago: float | None = None

    @property
    def path(self) -> str:
        """How a fork of it names it."""
        return f"{self.author}/{self.name}"

    def text(self, version: int) -> str:
        """Return what it said in that version, counted from 1."""
        ending = "txt" if version == 1 else f"{version}.txt"
        return CONTENT.joinpath("snaps", self.author, f"{self.name}.{ending}").read_bytes().decode("utf-8")


@click.command()
@with_house
def demo(house: House) -> None:
    """Fill an empty site with a small community to look around in; a second run changes nothing."""
    check_not_lost(house)
    migrations.upgrade(house)
    community = _read("people.toml")
    people = [Person(**person) for person in community["people"]]
    owner, password = people[0].username, community["password"]
    with house.database.writing() as session:
        if count_users(session) == 0:
            users = _add_people(session, house, people, community)
            snaps = _add_snaps(session, users)
            posts = add_posts(session, users, snaps, _read("posts.toml"))
            session.execute(delete(Mail))  # nobody is at these addresses to read any
            done = f"{len(users)} people are here now, with {len(snaps)} snaps and {posts} posts of theirs."
        elif is_email_taken(session, f"{owner}@{community['domain']}"):
            done = "The demo is here already: nothing was changed."
        else:
            raise Conflict("People use this site, and the demo is for an empty one: nothing was changed.")
    click.echo(done)
    click.echo(f"Sign in as {owner}, who owns the site, with the password {password}")
    click.echo(f"or, with the same password, as {', '.join(person.username for person in people[1:])}.")


def _add_people(session: Session, house: House, people: list[Person], community: Mapping[str, Any]) -> dict[str, User]:
    users = {}
    for person in people:
        user = create_user(
            session,
            house,
            username=person.username,
            email=f"{person.username}@{community['domain']}",
            password=community["password"],
            role=person.role,
        )
        edit_profile(session, user, about=person.about)
        verify_email(session, user)
        user.created_on = user.email_verified_on = _days_ago(person.joined_days_ago)
        users[person.username] = user
    for person in people:
        for followed in person.follows:
            follow_user(session, users[person.username], users[followed])
    return users


def _add_snaps(session: Session, users: Mapping[str, User]) -> dict[str, Snap]:
    snaps: dict[str, Snap] = {}
    for share in (Share(**snap) for snap in _read("snaps.toml")["snaps"]):
        author = users[share.author]
        snap = share_snap(
            session,
            author,
            _values(share, version=1),
            forked_from=snaps[share.forked_from] if share.forked_from else None,
            shared_on=_days_ago(share.shared_days_ago),
        )
        for version, days in enumerate(share.edited_days_ago, start=2):
            edit_snap(session, author, snap, _values(share, version))
            snap.edited_on = _days_ago(days)
        if share.deleted_days_ago is not None:
            delete_entry(session, snap, author)
            snap.deleted_on = _days_ago(share.deleted_days_ago)
        snaps[share.path] = snap
    return snaps


def _values(share: Share, version: int) -> SnapValues:
    expires_on = None if share.expires_in_days is None else _days_ago(-share.expires_in_days)
    return SnapValues(share.text(version), name=share.name, audience=share.audience, expires_on=expires_on)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(CONTENT.joinpath(name).read_text(encoding="utf-8"))


def _days_ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)
