"""The pages of snaps."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect

from commonplace.core.highlight import Language, find_language, list_common_languages
from commonplace.core.markdown import render as render_markdown
from commonplace.entries.atom import atom_feed
from commonplace.entries.pages import render_entry, render_list
from commonplace.entries.service import check_may_edit, delete_entry
from commonplace.snaps import highlighting, queries, service
from commonplace.snaps.forms import SnapForm
from commonplace.snaps.models import Snap
from commonplace.snaps.queries_revisions import find_following, get_revision, list_revisions
from commonplace.users.current import me, viewer
from commonplace.web.current import house, session
from commonplace.web.downloads import download_response, raw_response
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone, signed_in
from commonplace.web.kept_pages import page_for

snaps = Blueprint("snaps", __name__, url_prefix="/snaps", template_folder="templates")
PAGE = 20


@snaps.get("/")
@anyone
def index() -> str:
    """The newest snaps, and on; those in one language, or one's own."""
    asked, is_own = request.args.get("language"), "own" in request.args
    language = find_language(asked) if asked else None
    page = queries.list_snaps(
        session(),
        viewer(),
        author=viewer() if is_own else None,
        extensions=language.extensions if language else ([asked] if asked else None),
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    counts = queries.count_by_extension(session(), viewer())
    return render_list("snaps/index.html", page, counts=counts, asked=asked, language=language, is_own=is_own)


@snaps.get("/newest.atom")
@anyone
def atom() -> Response:
    """The newest public snaps as an Atom feed."""
    page = queries.list_snaps(session(), viewer(), is_public=True, cursor=None, limit=PAGE)
    return atom_feed("Snaps", url_for("snaps.index", _external=True), page.items)


@snaps.route("/add", methods=["GET", "POST"])
@signed_in
def add() -> str | Redirect:
    """Share a new snap, or a fork of another: `?from=<hash_key>`."""
    origin_key = request.args.get("from")
    origin = queries.get_snap(session(), me(), origin_key, with_content=True) if origin_key else None
    form = SnapForm(obj=origin)
    if form.validate_on_submit():
        with errors_shown(form):
            snap = service.share_snap(session(), me(), form.values(), forked_from=origin)
            return redirect(url_for("snaps.show", hash_key=snap.hash_key))
    return render_template("snaps/edit.html", form=form, snap=None, origin=origin, is_stale=False)


@snaps.get("/<hash_key:hash_key>")
@anyone
def show(hash_key: str) -> str | Response:
    """One snap: highlighted, or rendered where it is Markdown."""
    stamp = queries.find_stamp(house().database, hash_key) if viewer() is None else None
    return _page(hash_key) if stamp is None else page_for(stamp, lambda: _page(hash_key))


def _page(hash_key: str) -> str:
    snap = queries.get_snap(session(), viewer(), hash_key)
    language = highlighting.choose_language(request.args.get("as"), snap.extension)
    is_markdown = language is not None and language.alias == "markdown"
    is_rendered = is_markdown and "source" not in request.args
    body = _body(snap, language, is_rendered)
    return render_entry(
        "snaps/show.html",
        snap,
        snap=snap,
        origin=queries.find_origin(session(), viewer(), snap),
        language=language,
        languages=list_common_languages(),
        is_markdown=is_markdown,
        is_rendered=is_rendered,
        body=body,
        has_bidi=highlighting.BIDI_MARK in body,
        is_whole=is_rendered or highlighting.is_whole(body, snap.lines),
    )


def _body(snap: Snap, language: Language | None, is_rendered: bool) -> Markup:
    if is_rendered:
        return Markup(render_markdown(snap.content))  # noqa: S704 - sanitised by the renderer
    listing = highlighting.listing_of(house().cache, snap.digest, language, lambda: snap.content)
    return Markup(listing)  # noqa: S704 - escaped by the highlighter


@snaps.get("/<hash_key:hash_key>/raw")
@anyone
def raw(hash_key: str) -> Response:
    """The text itself, byte for byte, never run by a browser."""
    _name, digest, content = queries.get_content(house().database, viewer(), hash_key)
    return raw_response(content, digest)


@snaps.get("/<hash_key:hash_key>/download")
@anyone
def download(hash_key: str) -> Response:
    """The text as a file under its own name."""
    name, digest, content = queries.get_content(house().database, viewer(), hash_key)
    return download_response(content, digest, name)


@snaps.route("/<hash_key:hash_key>/edit", methods=["GET", "POST"])
@signed_in
def edit(hash_key: str) -> str | Redirect:
    """Change one's own snap; what it was is kept as a revision. What changed meanwhile is told before it is undone."""
    snap = queries.get_snap(session(), me(), hash_key, with_content=True)
    check_may_edit(me(), snap)
    form = SnapForm.of(snap)
    is_stale = form.take_version(snap.version)
    if form.validate_on_submit() and not is_stale:
        with errors_shown(form):
            service.edit_snap(session(), me(), snap, form.values(snap))
            return redirect(url_for("snaps.show", hash_key=hash_key))
    return render_template("snaps/edit.html", form=form, snap=snap, origin=None, is_stale=is_stale)


@snaps.post("/<hash_key:hash_key>/delete")
@signed_in
def delete(hash_key: str) -> Redirect:
    """Put one's own snap into the trash."""
    delete_entry(session(), queries.get_snap(session(), me(), hash_key), me())
    flash("The snap is in the trash, where you find it for 30 days.")
    return redirect(url_for("snaps.index"))


@snaps.get("/<hash_key:hash_key>/revisions")
@anyone
def revisions(hash_key: str) -> str:
    """What a snap was before each edit."""
    snap = queries.get_snap(session(), viewer(), hash_key)
    page = list_revisions(session(), viewer(), snap, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template("snaps/revisions.html", snap=snap, page=page)


@snaps.get("/<hash_key:hash_key>/revisions/<int:number>")
@anyone
def revision(hash_key: str, number: int) -> str:
    """One former version, and what the next one that the viewer may see changed in it."""
    snap = queries.get_snap(session(), viewer(), hash_key, with_content=True)
    former = get_revision(session(), viewer(), snap, number)
    following = find_following(session(), viewer(), snap, number) or snap
    text, is_whole = highlighting.plain_text(former.content)
    return render_template(
        "snaps/revision.html",
        snap=snap,
        former=former,
        difference=highlighting.difference(former.content, following.content),
        text=Markup(text),  # noqa: S704 - escaped by the highlighter
        has_bidi=highlighting.BIDI_MARK in text,
        is_whole=is_whole,
    )
