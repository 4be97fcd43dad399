"""The pages of tags: posts by what they are filed under."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from commonplace.core.errors import NotFound
from commonplace.entries.atom import atom_feed
from commonplace.entries.pages import render_list
from commonplace.posts import queries, rules
from commonplace.posts.views import PAGE, posts
from commonplace.users.current import viewer
from commonplace.web.current import session
from commonplace.web.guards import anyone


@posts.get("/tags/<tag>")
@anyone
def tag(tag: str) -> str | Redirect:
    """Posts with a tag, newest first."""
    folded = _fold(tag)
    if folded != tag:
        return redirect(url_for("posts.tag", tag=folded), 301)
    page = queries.list_posts(session(), viewer(), tag=tag, cursor=request.args.get("cursor"), limit=PAGE)
    return render_list("posts/tag.html", page, tag=tag)


@posts.get("/tags/<tag>.atom")
@anyone
def tag_atom(tag: str) -> Response | Redirect:
    """The newest public posts with a tag as an Atom feed."""
    folded = _fold(tag)
    if folded != tag:
        return redirect(url_for("posts.tag_atom", tag=folded), 301)
    page = queries.list_posts(session(), viewer(), is_public=True, tag=tag, cursor=None, limit=PAGE)
    return atom_feed(f"#{tag}", url_for("posts.tag", tag=tag, _external=True), page.items)


def _fold(tag: str) -> str:
    folded = rules.fold_tag(tag)
    if folded is None:
        raise NotFound("This is no tag: a tag is of letters, digits and “_”.")
    return folded
