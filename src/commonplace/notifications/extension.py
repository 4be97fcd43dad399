"""Notifications in an application: their pages and operations, the count on every page, and where reports lead."""

from typing import cast

from flask import Flask

from commonplace.api import extension as api_extension
from commonplace.entries.pages import when_shown
from commonplace.notifications import (
    views_settings,  # noqa: F401 - adds its page
    views_unsubscribe,  # noqa: F401 - adds its pages
)
from commonplace.notifications.api import operations
from commonplace.notifications.current import PLACES, note_shown, unread_count
from commonplace.notifications.models import Event
from commonplace.notifications.views import pages
from commonplace.users.settings_pages import SettingsPage, add_settings_page


def init_app(app: Flask) -> None:
    """Add the pages and operations, and give templates `unread_count()`."""
    app.extensions[PLACES] = {}
    app.jinja_env.globals["unread_count"] = unread_count
    when_shown(app, note_shown)
    app.register_blueprint(pages)
    add_settings_page(app, SettingsPage("Notifications", "notifications.settings", "what you are told, and how."))
    api_extension.add(app, operations)


def lead_to(app: Flask, event: Event, endpoint: str) -> None:
    """Let notifications of that event lead to a page of a floor above, instead of to the entry."""
    cast(dict[Event, str], app.extensions[PLACES])[event] = endpoint
