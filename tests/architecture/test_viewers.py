"""Every address, asked for by every sort of viewer: nobody sees or changes what is not theirs."""

import pytest

from commonplace.core import clock
from commonplace.entries.models import Entry
from commonplace.entries.service_likes import like_entry
from commonplace.users.service_follows import block_user, follow_user, mute_user
from commonplace.users.service_tokens import create_token
from tests.doors import sign_in
from tests.factories import PASSWORD, make_post, make_reply, make_snap, make_user

SECRET = "words-that-only-ada-may-read"
VIEWERS = ("nobody", "bob", "moderator", "blocked")
LEFT_OUT = ("/users/logout", "/users/settings", "/moderation/people/2/unsuspend")  # they do what they say


MAKE = {"snap": make_snap, "post": make_post}


def make(sort, session, author, **values):
    named = {"name": SECRET} if sort == "snap" else {}
    return MAKE[sort](session, author, content=f"{SECRET} #secret", **named, **values)


@pytest.fixture(params=MAKE)
def stage(request, app, session):
    """A site with entries of ada's, of either kind, that nobody else may see, each for a reason of its own."""
    people = {name: make_user(session, name) for name in ("first", "ada", "bob", "blocked")}
    people["moderator"] = make_user(session, "mod", role="moderator")
    session.flush()
    block_user(session, people["ada"], people["blocked"])
    private = make(request.param, session, people["ada"], audience="private")
    trashed, hidden = (make(request.param, session, people["ada"], audience="public") for _ in range(2))
    trashed.deleted_on, hidden.hidden_on = clock.now(), clock.now()
    session.commit()
    return people, {"private": private, "trashed": trashed, "hidden": hidden}


def addresses(app, entry, username="ada", user_id=2):
    known = {"hash_key": entry.hash_key, "username": username, "number": 1, "user_id": user_id}
    known |= {"provider": "x", "tag": "secret"}
    known |= {"entry_id": entry.id, "report_id": 1}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.arguments <= known.keys() and not rule.endpoint.startswith("asset"):
            path = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                yield method, path


def without_own_words(page):
    """The page without what it shows of the words that were searched for."""
    for words in (f'value="{SECRET}"', f'value="/search?q={SECRET}"', f"“{SECRET}”"):
        page = page.replace(words, "")
    return page


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("which", ["private", "trashed", "hidden", "of a suspended author"])
def test_no_address_shows_or_changes_what_the_viewer_may_not_see(app, session, stage, viewer, which):
    people, entries = stage
    app.config["WTF_CSRF_ENABLED"] = False  # the guards shall hold by themselves
    if which == "of a suspended author":
        people["ada"].suspended_on = clock.now()
        entries[which] = make_snap(session, people["ada"], audience="public", name=SECRET, content=SECRET)
        session.commit()
    entry = entries[which]
    client = app.test_client()
    if viewer != "nobody":
        sign_in(client, people[viewer])
    before = (entry.version, entry.deleted_on, entry.audience)
    for method, path in addresses(app, entry):
        if path.startswith(LEFT_OUT):
            continue
        auth = (people[viewer].username, PASSWORD) if viewer != "nobody" and path.startswith("/api/") else None
        words = {"q": SECRET} if path.endswith("/search") else None
        response = client.open(path, method=method, auth=auth, query_string=words)
        assert SECRET not in without_own_words(response.text), (method, path)
        assert response.status_code < 500, (method, path, response.text[:300])
        if entry.hash_key in path:
            expected = {404, 302, 401} if viewer == "nobody" else {404}
            assert response.status_code in expected, (method, path, response.status_code)
    session.expire_all()
    entry = session.get(Entry, entry.id)
    assert (entry.version, entry.deleted_on, entry.audience) == before


def test_who_is_suspended_is_nobody_everywhere_by_device_by_password_and_by_token(app, session, stage):
    people, _entries = stage
    bob = people["bob"]
    shown = make_snap(session, people["ada"], audience="members", name="for-members.py")
    _, secret = create_token(session, bob, label="x", scopes=["read", "write", "admin"], expires_on=None)
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    client, nobody = app.test_client(), app.test_client()
    sign_in(client, bob)
    assert "for-members.py" in client.get(f"/snaps/{shown.hash_key}").text
    bob.suspended_on = clock.now()
    session.commit()
    for method, path in addresses(app, shown):
        if path == "/users/logout":
            continue
        response, same = (each.open(path, method=method) for each in (client, nobody))
        assert (response.status_code, response.headers.get("Location")) == (
            same.status_code,
            same.headers.get("Location"),
        ), (method, path)
        assert "for-members.py" not in response.text, (method, path)
        if path.startswith("/api/") and path != "/api/docs":
            assert client.open(path, method=method, auth=("bob", PASSWORD)).status_code == 403, (method, path)
            by_token = client.open(path, method=method, headers={"Authorization": f"Bearer {secret}"})
            assert by_token.status_code == 401, (method, path)


FEEDS = {"/snaps/newest.atom"}
"""What is the same for the whole world, whoever asks."""


@pytest.mark.parametrize("viewer", ["blocked", "blocking"])
def test_a_block_hides_all_that_is_public_from_either(app, session, stage, viewer):
    people, _entries = stage
    ada = people["ada"]
    ada.about = SECRET
    public = make_snap(session, ada, audience="public", name=SECRET, content=SECRET)
    people["blocking"] = make_user(session, "blocking")
    block_user(session, people["blocking"], ada)
    session.commit()
    client = app.test_client()
    sign_in(client, people[viewer])
    for method, path in addresses(app, public):
        if method != "GET" or path in FEEDS:
            continue
        auth = (people[viewer].username, PASSWORD) if path.startswith("/api/") else None
        words = {"q": SECRET} if path.endswith("/search") else None
        text = client.get(path, auth=auth, query_string=words).text
        if path == "/api/users/by-name/ada" and viewer == "blocking":
            continue  # a program may look up whom to unblock
        assert SECRET not in without_own_words(text), path


@pytest.mark.parametrize("viewer", ["nobody", "bob", "moderator"])
def test_who_is_suspended_is_met_nowhere(app, session, stage, viewer):
    people, _entries = stage
    bob, absent = people["bob"], make_user(session, "zuleika")
    for one, other in ((bob, absent), (absent, bob)):
        follow_user(session, one, other)
    mute_user(session, bob, absent)
    shown = make_snap(session, bob, name="about.py")
    like_entry(session, shown, absent)
    make_reply(session, absent, shown, "Zuleika was here.")
    session.commit()
    client = app.test_client()
    if viewer != "nobody":
        sign_in(client, people[viewer])
    places = [path for method, path in addresses(app, shown, "bob", bob.id) if method == "GET"]
    auth = (people[viewer].username, PASSWORD) if viewer != "nobody" else None

    def meet():
        answers = {path: client.get(path, auth=auth if path.startswith("/api/") else None).text for path in places}
        return {path for path, text in answers.items() if "zuleika" in text.lower()}

    assert meet() >= ({"/@bob/followers", "/users/"} if viewer != "nobody" else set())
    absent.suspended_on = clock.now()
    session.commit()
    assert meet() <= {"/moderation/people"}
