"""The pages of people: who is here, who follows whom, and the buttons by which one follows, mutes and blocks."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from commonplace.core.errors import NotFound, invalid_field
from commonplace.core.pagination import Page
from commonplace.users import service_follows as service
from commonplace.users.current import me
from commonplace.users.forms import BlockForm
from commonplace.users.models import User
from commonplace.users.person_links import url_of_person
from commonplace.users.queries import find_user_by_name, get_user_by_name
from commonplace.users.queries_people import (
    list_blocked_and_muted,
    list_followed,
    list_followers,
    list_members,
    list_suggestions,
)
from commonplace.users.queries_relations import get_known_user, get_relation, list_relations
from commonplace.users.rules import MAX_USERNAME
from commonplace.users.rules_sign_in import is_local_path
from commonplace.users.views import pages
from commonplace.web.current import session
from commonplace.web.forms import errors_shown
from commonplace.web.guards import signed_in

PAGE = 20
BLOCKED = "You block @{}: neither of you sees the other."


@pages.get("/users/")
@signed_in
def members() -> str:
    """Who is here, the newest first, by the beginning of their name: `?q=`; and whom the viewer might follow."""
    asked = request.args.get("q", "").strip().removeprefix("@")[:MAX_USERNAME]
    cursor = request.args.get("cursor")
    page = list_members(session(), me(), asked, cursor=cursor, limit=PAGE)
    suggestions = [] if asked or cursor else list_suggestions(session(), me())
    relations = list_relations(session(), me(), [*page.items, *(found.person for found in suggestions)])
    return render_template(
        "users/members.html", page=page, asked=asked, suggestions=suggestions, relations=relations, here=_here()
    )


@pages.get("/@<username>/followers")
@signed_in
def followers(username: str) -> str | Response:
    """Who follows a person."""
    return _people_of(username, list_followers, "users/followers.html")


@pages.get("/@<username>/followed")
@signed_in
def followed(username: str) -> str | Response:
    """Whom a person follows."""
    return _people_of(username, list_followed, "users/followed.html")


@pages.post("/@<username>/follow")
@signed_in
def follow(username: str) -> Response:
    """Follow a person."""
    return _act(username, service.follow_user, "You follow @{}.")


@pages.post("/@<username>/unfollow")
@signed_in
def unfollow(username: str) -> Response:
    """Follow a person no longer."""
    return _act(username, service.unfollow_user, "You do not follow @{} any more.", to_end=True)


@pages.post("/@<username>/block")
@signed_in
def block(username: str) -> Response:
    """Have nothing to do with a person, who may block one already."""
    return _do(get_user_by_name(session(), username), service.block_user, BLOCKED)


@pages.post("/@<username>/unblock")
@signed_in
def unblock(username: str) -> Response:
    """End a block."""
    return _act(username, service.unblock_user, "You do not block @{} any more.", to_end=True)


@pages.post("/@<username>/mute")
@signed_in
def mute(username: str) -> Response:
    """Keep what a person shares out of one's feed."""
    return _act(username, service.mute_user, "You mute @{}: what they share is not in your feed.")


@pages.post("/@<username>/unmute")
@signed_in
def unmute(username: str) -> Response:
    """End a mute."""
    return _act(username, service.unmute_user, "You do not mute @{} any more.", to_end=True)


@pages.route("/users/settings/blocks", methods=["GET", "POST"])
@signed_in
def settings_blocks() -> str | Response:
    """Whom one blocks and mutes; and a block by name, as who blocks one has no page to do it on."""
    form = BlockForm()
    if form.validate_on_submit():
        with errors_shown(form):
            return _do(_get_named(form.username.data or ""), service.block_user, BLOCKED)
    page = list_blocked_and_muted(session(), me(), cursor=request.args.get("cursor"), limit=PAGE)
    relations = list_relations(session(), me(), page.items)
    return render_template("users/settings_blocks.html", form=form, page=page, relations=relations, here=_here())


def _people_of(username: str, list_people: Callable[..., Page[User]], template: str) -> str | Response:
    person = get_user_by_name(session(), username)
    if get_relation(session(), me(), person).is_blocked:
        raise NotFound(f"You block @{person.username}: unblock them to see whom they follow and who follows them.")
    if person.username != username:
        return redirect(url_for(request.endpoint or "", username=person.username), 301)
    page = list_people(session(), me(), person, cursor=request.args.get("cursor"), limit=PAGE)
    relations = list_relations(session(), me(), page.items)
    return render_template(template, person=person, page=page, relations=relations, here=_here())


def _get_named(username: str) -> User:
    person = find_user_by_name(session(), username.strip().removeprefix("@"))
    if person is None:
        raise invalid_field("username", "Nobody here bears that name.")
    return person


def _act(username: str, act: Callable[..., bool], sentence: str, *, to_end: bool = False) -> Response:
    return _do(get_known_user(session(), me(), username, to_end=to_end), act, sentence)


def _do(person: User, act: Callable[..., bool], sentence: str) -> Response:
    """Do it once or again, and go back to where the button stood, or to the person's page where it is shown."""
    act(session(), me(), person)
    flash(sentence.format(person.username) if person.id != me().id else "This is you: nothing was changed.")
    way_back = request.args.get("next", "")
    return redirect(way_back if is_local_path(way_back) else url_of_person(session(), me(), person))


def _here() -> str:
    return request.script_root + request.full_path.rstrip("?")
