from commonplace.entries.entry_links import EntryLink, add_entry_link
from tests.doors import sign_in
from tests.factories import make_snap, make_user


def test_the_link_of_a_floor_above_stands_below_an_entry_for_whom_it_is_offered(app, client, session):
    ada, bob = make_user(session, "ada"), make_user(session, "bob")
    snap = make_snap(session, ada)
    session.commit()
    app.add_url_rule("/praise/<hash_key>", "praise", str)
    add_entry_link(
        app,
        EntryLink("Praise", "praise", lambda viewer, entry: viewer is not None and viewer.id != entry.author_id),
    )
    address = f"/snaps/{snap.hash_key}"
    link = f"/praise/{snap.hash_key}"
    assert "Praise" not in client.get(address).text
    sign_in(client, ada)
    assert "Praise" not in client.get(address).text
    reader = app.test_client()
    sign_in(reader, bob)
    assert link in reader.get(address).text
