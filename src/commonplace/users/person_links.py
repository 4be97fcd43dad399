"""The list of links in the menu of a person's page, to which the floors above add their own."""

from dataclasses import dataclass
from typing import cast

from flask import Flask

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
