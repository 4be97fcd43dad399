"""Moderation in an application: its pages, its operation, and what the masthead tells moderators."""

from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from commonplace.api import extension as api_extension
from commonplace.entries.entry_links import EntryLink, add_entry_link
from commonplace.moderation import views_overview  # noqa: F401 - adds its pages
from commonplace.moderation.api import operations
from commonplace.moderation.queries import count_open_reports
from commonplace.moderation.rules import MODERATORS, may_report
from commonplace.moderation.views import pages
from commonplace.moderation.views_report import reports
from commonplace.notifications.extension import lead_to
from commonplace.users.current import viewer
from commonplace.users.person_links import PersonLink, add_person_link
from commonplace.web.current import session


def init_app(app: Flask) -> None:
    """Add the pages and the operation; templates get `open_reports()`, which asks the database for moderators alone."""
    app.register_blueprint(pages)
    app.register_blueprint(reports)
    app.jinja_env.globals["open_reports"] = open_reports
    add_entry_link(app, EntryLink("Report", "reports.entry", may_report))
    add_person_link(app, PersonLink("Report", "reports.person"))
    api_extension.add(app, operations)
    lead_to(app, "reported", "moderation.queue")


def open_reports() -> int:
    """Return how many reports wait for the viewer; 0 for whom they are not for, and where the database fails."""
    with suppress(SQLAlchemyError):  # a page that tells of an error shows the masthead too
        user = viewer()
        if user is not None and user.role in MODERATORS:
            return count_open_reports(session(), user)
    return 0
