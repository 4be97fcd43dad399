"""The feed in an application: its pages and operations, what it hears from below, and what it lends to users."""

from flask import Flask

from commonplace.api import extension as api_extension
from commonplace.live.topics import add_topics
from commonplace.timeline import views_atom  # noqa: F401 - adds its pages
from commonplace.timeline.api import operations
from commonplace.timeline.current import KEY
from commonplace.timeline.making import make_feed
from commonplace.timeline.queries import list_author_ids
from commonplace.timeline.rules import topic_of
from commonplace.timeline.views import pages
from commonplace.users.models import User
from commonplace.users.settings_pages import SettingsPage, add_settings_page
from commonplace.web.current import house


def init_app(app: Flask) -> None:
    """Add the feed."""
    app.extensions[KEY] = make_feed(app.extensions["commonplace"])
    app.register_blueprint(pages)
    api_extension.add(app, operations)
    add_topics(app, _list_topics)
    add_settings_page(app, SettingsPage("Feed addresses", "timeline.settings_feeds", "read your feed elsewhere."))


def _list_topics(user: User) -> list[str]:
    with house().database.reading() as reading:
        return [topic_of(author_id) for author_id in list_author_ids(reading, user.id)]
