"""The floor of entries in an application: its pages, its addresses, and what it hears from below."""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter

from commonplace.api import extension as api_extension
from commonplace.api.service import wipe_answers
from commonplace.core.ids import HASH_KEY_PATTERN
from commonplace.entries import cards, entry_links, pages, queries, service
from commonplace.entries.api import search
from commonplace.entries.events import entries_purged
from commonplace.entries.kinds import Kind
from commonplace.entries.rules import has_room_below
from commonplace.entries.views import entries
from commonplace.entries.views_export import exports, suspended
from commonplace.entries.views_likes import likes
from commonplace.users.events import user_purged
from commonplace.users.models import User
from commonplace.users.settings_pages import SettingsPage, add_settings_page

BATCH = 500


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


@user_purged.connect
def _purge_entries_of(session: Session, user: User) -> None:
    while ids := queries.list_ids_by_author(session, user.id, BATCH):
        service.purge_entries(session, ids)


@entries_purged.connect
def _wipe_answers_about(session: Session, entry_ids: Sequence[int]) -> None:
    wipe_answers(session, queries.list_hash_keys(session, entry_ids))
