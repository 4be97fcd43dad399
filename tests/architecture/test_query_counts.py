"""A list costs the same number of queries, however long it is."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from commonplace.moderation.service import create_report, hide_reported
from commonplace.notifications.service import notify
from commonplace.users.service_follows import block_user, follow_user, mute_user
from tests.doors import sign_in
from tests.factories import make_post, make_reply, make_snap, make_user


@contextmanager
def counted(engine):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lower().startswith(("begin", "commit", "rollback", "savepoint", "release")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


# signed out, and signed in: then the first is the device, the last what is unread, which a feed leaves out. Two are
# the likes and the replies of all cards; a third is what the replies among them answer.
PAGES = {
    "/": (4, 8),  # signed in: candidates, what is shown of them, where the reader was
    "/?kind=snap": (4, 7),
    "/explore": (4, 6),
    "/search?q=snap": (4, 6),
    "/@ada": (6, 8),
    "/@bob": (6, 9),
    "/@bob?kind=snap": (5, 8),
    "/@bob.atom": (2, 4),
    "/@bob/followers": (None, 6),
    "/@bob/followed": (None, 6),
    "/@dan": (None, 4),
    "/users/": (None, 5),
    "/users/?q=b": (None, 4),
    "/users/settings/blocks": (None, 4),
    "/snaps/": (4, 6),
    "/snaps/?own": (4, 6),
    "/snaps/newest.atom": (1, 2),
    "/posts/": (4, 6),
    "/posts/?own": (4, 6),
    "/posts/newest.atom": (1, 2),
    "/tags/snap": (4, 6),
    "/tags/snap.atom": (1, 2),
    "/trash": (None, 3),
    "/notifications": (None, 3),
    "/api/v1/posts": (5, None),
    "/api/v1/snaps": (1, None),
    "/api/v1/search?q=snap": (1, None),
    "/api/v1/users/by-name/bob": (2, None),
}


# of moderators: the device, what the page lists, and for the masthead the numbers of open reports and of what is unread
MODERATORS_PAGES = {
    "/moderation/": 5,  # the reports, and the entries that they are about
    "/moderation/hidden": 4,
    "/moderation/people": 4,
    "/moderation/log": 4,
    "/snaps/": PAGES["/snaps/"][1] + 1,
}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_a_list_has_its_number_of_queries(app, house, session, address, number):
    signed_out, signed_in = PAGES[address]
    ada, bob, dan = make_user(session, "ada"), make_user(session, "bob"), make_user(session, "dan")
    block_user(session, ada, dan)
    follow_user(session, ada, bob)
    for _ in range(number):
        for author in (ada, bob):
            make_reply(session, author, make_snap(session, author, audience="public", name="snap.py"), "to #snap")
        follower, followed = make_user(session), make_user(session)
        follow_user(session, follower, bob)
        follow_user(session, bob, followed)
        mute_user(session, ada, follower)
        trashed = make_snap(session, make_user(session), audience="public")
        notify(session, user=ada, event="followed", actor=follower)
        trashed.deleted_on = trashed.created_on
    session.commit()
    client = app.test_client()
    if signed_out is not None:
        assert client.get(address).status_code == 200
        with counted(house.database.engine) as statements:
            client.get(address)
        assert len(statements) == signed_out, statements
    if signed_in is not None:
        sign_in(client, ada)
        client.get(address)
        with counted(house.database.engine) as statements:
            client.get(address)
        assert len(statements) == signed_in, statements


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("address", MODERATORS_PAGES)
def test_a_page_of_moderators_has_its_number_of_queries(app, house, session, address, number):
    ada, mod = make_user(session, "ada"), make_user(session, "mod", role="moderator")
    for _ in range(number):
        snaps = [make_snap(session, make_user(session)) for _ in range(2)]
        reports = [create_report(session, ada, snap.author, "x", entry=snap)[0] for snap in snaps]
        hide_reported(session, mod, reports[0])
        make_user(session).suspended_on = mod.created_on
    session.commit()
    client = app.test_client()
    sign_in(client, mod)
    client.get(address)
    with counted(house.database.engine) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) == MODERATORS_PAGES[address], statements


# what is below an entry, and how deep, makes no difference; a reply shows what it answers as well
ENTRIES = {"snap": (5, 7), "post": (5, 7), "reply": (6, 8)}


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("sort", ENTRIES)
def test_an_entry_with_its_thread_has_its_number_of_queries(app, house, session, sort, number):
    ada = make_user(session, "ada")
    entry = make_snap(session, ada) if sort == "snap" else make_post(session, ada)
    if sort == "reply":
        entry = make_reply(session, ada, entry)
    for _ in range(number):
        make_reply(session, ada, make_reply(session, make_user(session), entry))
    session.commit()
    address = f"/{entry.kind}s/{entry.hash_key}"
    visitor, reader = app.test_client(), app.test_client()
    sign_in(reader, ada)
    for client, expected in zip((visitor, reader), ENTRIES[sort], strict=True):
        client.get(address)
        with counted(house.database.engine) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) == expected, statements
