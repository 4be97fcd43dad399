"""The pages of posts."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect

from commonplace.entries.atom import atom_feed
from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.pages import render_entry, render_list, reply_url
from commonplace.entries.queries import get_entry
from commonplace.entries.service import check_may_edit, delete_entry
from commonplace.posts import queries, rendering, rules, service
from commonplace.posts.forms import PostForm
from commonplace.posts.models import Post
from commonplace.users.current import me, viewer
from commonplace.web.current import reads_only, session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import anyone, signed_in
from commonplace.web.limits import limiter

posts = Blueprint("posts", __name__, template_folder="templates")
posts.add_app_template_filter(rendering.html_of, "post_html")
posts.add_app_template_filter(rendering.start_of, "post_start")
posts.add_app_template_test(rendering.is_long, "long_post")
posts.add_app_template_filter(rules.first_words, "first_words")
posts.record(lambda state: state.app.jinja_env.globals.update(post_limit=rules.MAX_CHARACTERS))
PAGE = 20


@posts.get("/posts/")
@anyone
def index() -> str:
    """The newest posts, and on; or one's own."""
    is_own = "own" in request.args
    author = viewer() if is_own else None
    page = queries.list_posts(session(), viewer(), author=author, cursor=request.args.get("cursor"), limit=PAGE)
    return render_list("posts/index.html", page, is_own=is_own)


@posts.get("/posts/newest.atom")
@anyone
def atom() -> Response:
    """The newest public posts as an Atom feed."""
    page = queries.list_posts(session(), viewer(), is_public=True, cursor=None, limit=PAGE)
    return atom_feed("Posts", url_for("posts.index", _external=True), page.items)


@posts.route("/posts/add", methods=["GET", "POST"])
@signed_in
def add() -> str | Redirect:
    """Share a post, or a reply to an entry of any kind, `parent`; sent by “Preview”, the form comes back with one."""
    parent = _find_parent()
    form = PostForm.asking(is_reply=parent is not None)
    if form.validate_on_submit() and "preview" not in request.form:
        with errors_shown(form):
            post = service.share_post(session(), me(), form.values(), parent=parent)
            return redirect(_address(post) if parent is None else reply_url(post, parent))
    return _ask(form)


@posts.get("/posts/<hash_key:hash_key>")
@anyone
def show(hash_key: str) -> str:
    """One post, with what it answers and what answers it."""
    return render_entry("posts/show.html", queries.get_post(session(), viewer(), hash_key))


@posts.route("/posts/<hash_key:hash_key>/edit", methods=["GET", "POST"])
@signed_in
def edit(hash_key: str) -> str | Redirect:
    """Change one's own post."""
    post = queries.get_post(session(), me(), hash_key)
    check_may_edit(me(), post)
    form = PostForm.asking(post, is_reply=post.depth > 0)
    is_stale = form.take_version(post.version)
    if form.validate_on_submit() and not is_stale and "preview" not in request.form:
        with errors_shown(form):
            service.edit_post(session(), me(), post, form.values())
            return redirect(_address(post))
    return _ask(form, post=post, is_stale=is_stale)


@posts.post("/posts/<hash_key:hash_key>/delete")
@signed_in
def delete(hash_key: str) -> Redirect:
    """Put one's own post into the trash."""
    delete_entry(session(), queries.get_post(session(), me(), hash_key), me())
    flash("The post is in the trash, where you find it for 30 days.")
    return redirect(url_for("posts.index"))


@posts.post("/posts/preview")
@limiter.limit("120 per minute")
@signed_in
@reads_only
def preview() -> str:
    """What the text `content` will look like, as a fragment of a page."""
    return render_template("posts/_preview.html", preview=_preview_of(request.form.get("content", "")))


def _ask(form: PostForm, *, post: Post | None = None, is_stale: bool = False) -> str:
    shown = None
    if "preview" in request.form:
        with errors_shown(form):
            shown = _preview_of(form.content.data or "")
    return render_template(
        "posts/edit.html",
        form=form,
        post=post,
        parent=_find_parent(),
        preview=shown,
        is_stale=is_stale,
        kinds_by_name=kinds(),
    )


def _preview_of(content: str) -> Markup:
    text = rules.check_content(content)
    users = queries.list_users_named(session(), me(), text.names)
    return rendering.preview_of(text.content, " ".join(user.username for user in users))


def _find_parent() -> Entry | None:
    key = request.values.get("parent")
    return get_entry(session(), me(), key, kinds()) if key else None


def _address(post: Post) -> str:
    return url_for("posts.show", hash_key=post.hash_key)
