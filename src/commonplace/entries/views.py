"""The pages over all kinds: explore, search, a person's page, the trash."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from commonplace.core.errors import NotFound
from commonplace.entries import queries, service
from commonplace.entries.atom import atom_feed
from commonplace.entries.current import kinds, wanted_kinds
from commonplace.entries.pages import render_list
from commonplace.entries.rules import parse_search
from commonplace.users.current import me, viewer
from commonplace.users.models import User
from commonplace.users.queries import get_user_by_name
from commonplace.users.queries_relations import count_follows, get_relation
from commonplace.web.current import session
from commonplace.web.guards import anyone, signed_in

entries = Blueprint("entries", __name__, template_folder="templates")
PAGE = 20


@entries.get("/explore")
@anyone
def explore() -> str:
    """What the whole world may see, newest first."""
    cursor = request.args.get("cursor")
    page = queries.list_public(session(), kinds(), viewer=viewer(), cursor=cursor, limit=PAGE)
    return render_list("entries/explore.html", page)


@entries.get("/search")
@anyone
def search() -> str:
    """What the viewer may see and the words find."""
    asked = request.args.get("q", "")[:200]
    query = parse_search(asked)
    page = queries.list_found(session(), viewer(), query, kinds(), cursor=request.args.get("cursor"), limit=PAGE)
    return render_list("entries/search.html", page, asked=asked, query=query)


@entries.get("/@<username>")
@anyone
def person(username: str) -> str | Redirect:
    """A person's page: who they are, and what of theirs the viewer may see, of one kind by `?kind=<name>`."""
    user = get_user_by_name(session(), username)
    relation = get_relation(session(), viewer(), user)
    if user.username != username:
        return redirect(url_for("entries.person", username=user.username), 301)
    if relation.is_blocked:
        return render_template("entries/person_blocked.html", person=user)
    cursor, wanted = request.args.get("cursor"), wanted_kinds()
    page = queries.list_by_author(session(), viewer(), user, wanted, cursor=cursor, limit=PAGE)
    return render_list(
        "entries/person.html",
        page,
        person=user,
        relation=relation,
        counts=count_follows(session(), viewer(), user),
        kind=request.args.get("kind"),
    )


@entries.get("/@<username>.atom")
@anyone
def atom(username: str) -> Response | Redirect:
    """A person's public entries as an Atom feed."""
    user = get_user_by_name(session(), username)
    if get_relation(session(), viewer(), user).is_blocked:
        raise NotFound(f"You block @{user.username}: unblock them to read what they share.")
    if user.username != username:
        return redirect(url_for("entries.atom", username=user.username), 301)
    page = queries.list_by_author(session(), None, user, kinds(), cursor=None, limit=PAGE)
    return atom_feed(f"@{user.username}", _page_of(user), page.items)


@entries.get("/trash")
@signed_in
def trash() -> str:
    """What the viewer deleted within the last 30 days."""
    page = queries.list_trash(session(), me(), kinds(), cursor=request.args.get("cursor"), limit=PAGE)
    return render_template("entries/trash.html", page=page)


@entries.post("/trash/<hash_key:hash_key>/restore")
@signed_in
def restore(hash_key: str) -> Redirect:
    """Take an entry out of the trash."""
    entry = queries.get_trashed(session(), me(), hash_key, kinds())
    service.restore_entry(session(), entry, me())
    flash("It is back where it was.")
    return redirect(url_for(kinds()[entry.kind].show_endpoint, hash_key=hash_key))


@entries.post("/trash/<hash_key:hash_key>/purge")
@signed_in
def purge(hash_key: str) -> Redirect:
    """Remove an entry in the trash for good."""
    entry = queries.get_trashed(session(), me(), hash_key, kinds())
    service.check_may_edit(me(), entry)
    service.purge_entries(session(), [entry.id])
    flash("It is gone for good.")
    return redirect(url_for("entries.trash"))


@entries.get("/robots.txt")
@anyone
def robots() -> Response:
    """What a crawler shall leave alone: pages that cost, and those that are for people only."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


def _page_of(user: User) -> str:
    return url_for("entries.person", username=user.username, _external=True)
