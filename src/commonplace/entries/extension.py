"""The floor of entries in an application: its pages, its addresses and its operations."""

from collections.abc import Sequence

from flask import Flask
from werkzeug.routing import BaseConverter

from commonplace.api import extension as api_extension
from commonplace.core.ids import HASH_KEY_PATTERN
from commonplace.entries import cards, entry_links, pages
from commonplace.entries.api import search
from commonplace.entries.kinds import Kind
from commonplace.entries.rules import has_room_below
from commonplace.entries.views import entries
from commonplace.entries.views_export import exports, suspended
from commonplace.entries.views_likes import likes
from commonplace.users.settings_pages import SettingsPage, add_settings_page


class HashKeyConverter(BaseConverter):
    """The un-guessable part of an entry's address; anything else at its place is not found."""

    regex = HASH_KEY_PATTERN


def init_app(app: Flask, kinds: Sequence[Kind]) -> None:
    """Add the pages over all of these kinds."""
    app.extensions["kinds"] = {kind.name: kind for kind in kinds}
    app.jinja_env.globals["kinds"] = list(kinds)
    app.jinja_env.tests["answerable"] = lambda entry: has_room_below(entry.depth)
    app.jinja_env.globals["reply_kind"] = next((kind for kind in kinds if kind.reply_endpoint), None)
    app.url_map.converters["hash_key"] = HashKeyConverter
    app.register_blueprint(entries)
    app.register_blueprint(exports)
    app.register_blueprint(likes)
    entry_links.init_app(app)
    app.register_blueprint(suspended)
    cards.init_app(app)
    pages.init_app(app)
    add_settings_page(app, SettingsPage("Your data", "exports.show", "all of it, to take with you."))
    api_extension.add(app, search)
