import pytest

from commonplace.entries.items import KeptTexts, json_of, kept_texts, list_json
from commonplace.entries.queries import list_by_ids
from commonplace.snaps.service import SnapValues, edit_snap
from commonplace.timeline.making import make_feed
from tests.architecture.test_query_counts import counted
from tests.factories import make_snap, make_user


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


def stamps(house, session, user):
    return make_feed(house).list_stamps(session, user, {"snap", "post"}).items


def read(house, session, user):
    return list_json(session, stamps(house, session, user))


def test_texts_are_made_once_and_again_when_an_entry_or_its_authors_name_changes(app, house, session, ada):
    snaps = [make_snap(session, ada, name=f"{number}.py") for number in range(3)]
    session.commit()
    with app.test_request_context():
        first = read(house, session, ada)
        assert [f'"{number}.py"' in text for number, text in zip((2, 1, 0), first, strict=True)] == [True] * 3
        known = stamps(house, session, ada)
        with counted(house.database.engine) as statements:
            assert list_json(session, known) == first
        assert statements == []
        edit_snap(session, ada, snaps[1], SnapValues("x", name="other.py", audience="public"))
        assert '"other.py"' in read(house, session, ada)[1]
        ada.username = "countess"
        session.flush()
        assert all('"countess"' in text for text in read(house, session, ada))


def test_a_text_is_the_same_however_one_came_by_it(app, house, session, ada):
    snap = make_snap(session, ada)
    session.commit()
    with app.test_request_context():
        assert read(house, session, ada) == [json_of(list_by_ids(session, [snap.id])[0])]


def test_addresses_are_those_of_the_site_that_was_asked(app, session, ada):
    snap = make_snap(session, ada)
    for host in ("one.example", "two.example"):
        with app.test_request_context(base_url=f"http://{host}"):
            assert f'"http://{host}/snaps/{snap.hash_key}"' in json_of(snap)


def test_what_is_kept_is_bounded():
    texts = KeptTexts(room=30)
    for number in range(5):
        texts.keep(number, "x" * 10)
        texts.keep(number, "x" * 10)
    assert [number for number in range(5) if texts.find(number)] == [2, 3, 4]
    assert kept_texts.find("nothing") is None
