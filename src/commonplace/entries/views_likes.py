"""The buttons below an entry of any kind: like it, or no longer."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from commonplace.entries.current import kinds
from commonplace.entries.models import Entry
from commonplace.entries.queries import get_entry
from commonplace.entries.service_likes import like_entry, unlike_entry
from commonplace.users.current import me
from commonplace.users.rules_sign_in import is_local_path
from commonplace.web.current import session
from commonplace.web.guards import signed_in

likes = Blueprint("likes", __name__, url_prefix="/entries/<hash_key:hash_key>")


@likes.post("/like")
@signed_in
def like(hash_key: str) -> Redirect:
    """Like what one sees, and go back to where one was."""
    entry = get_entry(session(), me(), hash_key, kinds())
    like_entry(session(), entry, me())
    return _way_back(entry)


@likes.post("/unlike")
@signed_in
def unlike(hash_key: str) -> Redirect:
    """Like it no longer, and go back to where one was."""
    entry = get_entry(session(), me(), hash_key, kinds())
    unlike_entry(session(), entry, me())
    return _way_back(entry)


def _way_back(entry: Entry) -> Redirect:
    if request.accept_mimetypes and not request.accept_mimetypes.accept_html:
        return Response(status=204)  # a script asks, whose page stays where it is
    wanted = request.form.get("next", "").partition("#")[0]
    page = wanted if is_local_path(wanted) else url_for(kinds()[entry.kind].show_endpoint, hash_key=entry.hash_key)
    return redirect(f"{page}#about-{entry.hash_key}")
