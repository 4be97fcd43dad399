"""Entries in lists as HTML, kept in this process's memory: a card is the same for all who see the same of an entry."""

from collections.abc import Hashable
from dataclasses import astuple

from flask import Flask, current_app, request
from markupsafe import Markup

from commonplace.entries.current import kinds
from commonplace.entries.items import KeptTexts
from commonplace.entries.models import Entry
from commonplace.web.rendering import relative_time

KEY = "kept_cards"


def init_app(app: Flask) -> None:
    """Let this application keep cards, and its templates show them by `card_of(entry)`."""
    app.extensions[KEY] = KeptTexts()
    app.jinja_env.globals["card_of"] = card_of


def card_of(entry: Entry) -> Markup:
    """Return an entry as its own kind shows it in a list, made once of all that it depends on."""
    kept: KeptTexts = current_app.extensions[KEY]
    key = _key(entry)
    html = kept.find(key)
    if html is None:
        template = current_app.jinja_env.get_template(kinds()[entry.kind].card_template)
        html = template.render(entry=entry, kinds_by_name=kinds())  # and nothing of who looks
        kept.keep(key, html)
    return Markup(html)  # noqa: S704 - made by a template, which escapes


def _key(entry: Entry) -> Hashable:
    moments = {"created": entry.created_on, "edited": entry.edited_on, "expires": entry.expires_on}
    answered = entry.answered
    return (
        request.script_root,
        entry.id,
        entry.version,
        entry.audience,
        entry.author.username,
        entry.hidden_on is None,
        *((what, moment, relative_time(moment)) for what, moment in moments.items() if moment),
        astuple(entry.tally) if entry.tally else None,
        (answered.id, answered.version, answered.author.username) if answered else None,
    )
