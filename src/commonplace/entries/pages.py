"""What pages of every room show entries with: what became of each, what it answers, and the thread below one."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from flask import Flask, current_app, render_template, request, url_for

from commonplace.core.pagination import Page, encode_cursor
from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.queries_tallies import add_answered, add_tallies
from commonplace.entries.queries_threads import each_entry, list_replies
from commonplace.users.current import viewer
from commonplace.web.current import session

NOTES = "notes_of_shown_entries"
THREAD_PAGE = 20
Note = Callable[[Sequence[Entry]], None]
AnyEntry = TypeVar("AnyEntry", bound=Entry)


def init_app(app: Flask) -> None:
    """Let floors above take note of what is shown; none does at first."""
    app.extensions[NOTES] = []


def when_shown(app: Flask, note: Note) -> None:
    """Call `note` with an entry and all of its thread that stand on a page, before the viewer is shown them."""
    cast(list[Note], app.extensions[NOTES]).append(note)


def render_list(template: str, page: Page[AnyEntry], **names: Any) -> str:
    """Return the page of a list: its cards tell of likes, replies, and what is answered; three queries at the most."""
    add_tallies(session(), viewer(), page.items, kinds())
    add_answered(session(), viewer(), page.items, kinds())
    return render_template(template, page=page, kinds_by_name=kinds(), **names)


def render_entry(template: str, entry: Entry, **names: Any) -> str:
    """Return an entry's own page, whose template includes `entries/_thread.html`; five queries at the most."""
    thread = list_replies(session(), viewer(), entry, kinds(), cursor=request.args.get("cursor"), limit=THREAD_PAGE)
    shown = [entry, *each_entry(thread.items)]
    add_tallies(session(), viewer(), shown, kinds())
    add_answered(session(), viewer(), [entry], kinds())
    for note in cast(list[Note], current_app.extensions[NOTES]):
        note(shown)
    return render_template(
        template,
        entry=entry,
        thread=thread,
        kinds_by_name=kinds(),
        **names,
    )


def reply_url(reply: Entry, parent: Entry) -> str:
    """Return where a reply that was shared just now stands in the thread on the page of what it answers."""
    add_tallies(session(), viewer(), [parent], kinds())
    is_on_first_page = parent.tally is not None and parent.tally.replies <= THREAD_PAGE
    page = url_for(
        kinds()[parent.kind].show_endpoint,
        hash_key=parent.hash_key,
        cursor=None if is_on_first_page else encode_cursor(reply.id - 1),
    )
    return f"{page}#{reply.hash_key}"
