"""The way to a person's page, and the list of links in its menu, to which the floors above add their own."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, url_for
from sqlalchemy.orm import Session

from commonplace.users.models import User
from commonplace.users.queries_relations import list_relations

KEY = "person_links"


@dataclass(frozen=True)
class PersonLink:
    """One thing that a signed-in viewer may go on to from another person's page.

    The endpoint takes the person's `username`.
    """

    label: str
    endpoint: str


def init_app(app: Flask) -> None:
    """Give templates the list as `person_links`, empty at first."""
    app.extensions[KEY] = []
    app.jinja_env.globals["person_links"] = app.extensions[KEY]


def add_person_link(app: Flask, link: PersonLink) -> None:
    """Add the link of another floor at the end."""
    cast(list[PersonLink], app.extensions[KEY]).append(link)


def url_of_person(session: Session, viewer: User, person: User) -> str:
    """Return the address of a person's page, or where that is not there for the viewer, of whom they block."""
    is_there = not list_relations(session, viewer, [person])[person.id].blocks_you
    return url_for("entries.person", username=person.username) if is_there else url_for("users.settings_blocks")
