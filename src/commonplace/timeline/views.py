"""The feed's pages: home, and what is newer than it."""

from flask import Blueprint, Response, jsonify, request

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.core.pagination import decode_cursor, encode_cursor
from commonplace.entries.current import kinds
from commonplace.entries.pages import render_list
from commonplace.entries.queries import list_public
from commonplace.timeline import queries, service
from commonplace.timeline.current import feed
from commonplace.timeline.rules import is_to_be_noted, visit_now
from commonplace.users.current import me, viewer
from commonplace.web.current import session
from commonplace.web.guards import anyone, signed_in
from commonplace.web.unit_of_work import aside

pages = Blueprint("timeline", __name__, template_folder="templates")
PAGE = 20


@pages.get("/")
@anyone
def home() -> str:
    """Signed out: what this site is, and public entries; signed in: the feed."""
    if viewer() is not None:
        return _feed_page()
    page = list_public(session(), kinds(), cursor=request.args.get("cursor"), limit=PAGE)
    return render_list("timeline/welcome.html", page)


@pages.get("/users/feed")
@signed_in
def show() -> str:
    """The feed."""
    return _feed_page()


@pages.get("/users/feed/newer")
@signed_in
def newer() -> Response:
    """How many entries are newer than the one that a page began with: `?than=<cursor>`."""
    than = request.args.get("than", "")
    return jsonify(count=feed().count_newer(session(), me(), kinds(), kind=_kind(), than=than))


def _feed_page() -> str:
    cursor = request.args.get("cursor")
    page = feed().list_entries(session(), me(), kinds(), kind=_kind(), cursor=cursor, limit=PAGE)
    newest_id = page.items[0].id if page.items else 0
    return render_list(
        "timeline/feed.html",
        page,
        kind=_kind(),
        mark_id=_find_mark(newest_id, is_to_note=cursor is None and _kind() is None),
        above_id=decode_cursor(cursor) if cursor else None,
        newest=encode_cursor(newest_id) if cursor is None else None,
    )


def _find_mark(newest_id: int, *, is_to_note: bool) -> int:
    """Return the id above which entries are new to the reader; where they begin at the newest, note that they do."""
    last, now = queries.get_visit(session(), me()), clock.now()
    visit = visit_now(last, newest_id, now)
    if is_to_note and is_to_be_noted(last, visit, now):
        with aside() as writing:
            service.note_visit(writing, me().id, visit)
    return visit.mark_id


def _kind() -> str | None:
    asked = request.args.get("kind")
    if asked is not None and asked not in kinds():
        raise NotFound("There is no such kind of entries here.")
    return asked
