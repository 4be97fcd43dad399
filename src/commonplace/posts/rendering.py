"""A post's text made ready to be read: HTML from the cache, whole or only the beginning.

The cache is keyed by all that the HTML depends on, so nothing in it can be wrong, and all of it can be dropped.
"""

from hashlib import blake2b

from flask import request, url_for
from markupsafe import Markup

from commonplace.core.markdown import FORMAT_VERSION, render
from commonplace.core.markdown_words import Linked
from commonplace.posts import rules
from commonplace.posts.models import Post
from commonplace.users.rules import fold_username
from commonplace.web.current import house


def html_of(post: Post) -> Markup:
    """Return a post's text as HTML."""
    return _kept(post.content, post.mentioned)


def start_of(post: Post) -> Markup:
    """Return the same for a list: of a long text only the beginning, which `is_long` tells."""
    return _kept(rules.shorten(post.content), post.mentioned)


def is_long(post: Post) -> bool:
    """Tell whether a list shows only the beginning of a post."""
    return rules.shorten(post.content) != post.content


def preview_of(content: str, mentioned: str) -> Markup:
    """Return as HTML what somebody writes just now; nothing of it is kept."""
    return Markup(render(content, _links(mentioned)))  # noqa: S704 - sanitised by the renderer


def _kept(content: str, mentioned: str) -> Markup:
    digest = blake2b(f"{request.script_root}\n{mentioned}\n{content}".encode(), digest_size=20).hexdigest()
    html = house().cache.get_or_make(f"post-{FORMAT_VERSION}-{digest}", lambda: render(content, _links(mentioned)))
    return Markup(html)  # noqa: S704 - sanitised by the renderer


def _links(mentioned: str) -> Linked:
    names = {fold_username(name): name for name in mentioned.split()}

    def address_of(word: str) -> str | None:
        if word[0] == "@":
            name = names.get(fold_username(word[1:]))
            return url_for("entries.person", username=name) if name is not None else None
        tag = rules.fold_tag(word[1:])
        return url_for("posts.tag", tag=tag) if tag is not None else None

    return address_of
