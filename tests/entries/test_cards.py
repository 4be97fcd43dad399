from datetime import timedelta

import pytest
import time_machine

from commonplace.core import clock
from commonplace.entries.cards import KEY, card_of
from commonplace.entries.items import KeptTexts
from commonplace.entries.models import Like
from commonplace.entries.queries import list_by_ids
from commonplace.entries.queries_tallies import add_answered, add_tallies
from commonplace.posts.service import PostValues, edit_post
from tests.doors import sign_in
from tests.factories import make_post, make_reply, make_snap, make_user

KINDS = ("post", "snap")


@pytest.fixture
def people(session):
    return {name: make_user(session, name) for name in ("ada", "bob")}


@pytest.fixture
def reply(session, people):
    reply = make_reply(session, people["bob"], make_snap(session, people["ada"], name="asked.py"), "I see.")
    session.commit()
    return reply


def shown(session, entry_id, viewer):
    """Return the card as a list asks for it."""
    session.expire_all()
    entries = list_by_ids(session, [entry_id])
    add_tallies(session, viewer, entries, KINDS)
    add_answered(session, viewer, entries, KINDS)
    return card_of(entries[0])


def like(session, reply, people):
    session.add(Like(entry_id=reply.id, user_id=people["ada"].id))


def answer(session, reply, people):
    make_reply(session, people["ada"], reply)


def rename_author(_session, _reply, people):
    people["bob"].username = "robert"


def rename_asker(_session, _reply, people):
    people["ada"].username = "countess"


def edit(session, reply, people):
    edit_post(session, people["bob"], reply, PostValues("I do."))


def narrow(_session, reply, _people):
    reply.audience = "followers"


def hide(_session, reply, _people):
    reply.hidden_on = clock.now()


def let_expire(_session, reply, _people):
    reply.expires_on = clock.now() + timedelta(days=3)


def hide_asked(session, reply, _people):
    list_by_ids(session, [reply.parent_id])[0].audience = "private"


CHANGES = (like, answer, rename_author, rename_asker, edit, narrow, hide, let_expire, hide_asked)


@pytest.mark.parametrize("change", CHANGES)
def test_a_card_that_was_kept_is_what_would_be_made_now(app, session, people, reply, change):
    with app.test_request_context():
        before = shown(session, reply.id, people["bob"])
        assert shown(session, reply.id, people["bob"]) == before
        change(session, reply, people)
        session.flush()
        now = shown(session, reply.id, people["bob"])
        assert now != before
        app.extensions[KEY] = KeptTexts()
        assert shown(session, reply.id, people["bob"]) == now


def test_so_it_is_when_time_passes_and_for_everybody_who_looks(app, session, people, reply):
    with app.test_request_context():
        cards = [shown(session, reply.id, viewer) for viewer in (people["bob"], None)]
        with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
            cards.append(shown(session, reply.id, people["bob"]))
    assert len(set(cards)) == 3
    assert "5 hours ago" in cards[2]


def test_it_is_made_once(app, session, people, reply):
    with app.test_request_context():
        first = shown(session, reply.id, people["bob"])
        assert "I see." in first
        kept = app.extensions[KEY]
        app.jinja_env.get_template = lambda name: pytest.fail(f"{name} is rendered again")
        assert shown(session, reply.id, people["bob"]) == first
        assert app.extensions[KEY] is kept


def test_addresses_are_those_below_which_the_site_was_asked(app, session, people, reply):
    with app.test_request_context(base_url="http://localhost/x"):
        assert f'"/x/posts/{reply.hash_key}' in shown(session, reply.id, people["bob"])
    with app.test_request_context():
        assert f'"/posts/{reply.hash_key}' in shown(session, reply.id, people["bob"])


def test_nothing_of_who_looks_stands_in_it(app, session, people):
    make_post(session, people["ada"], "Shared.")
    session.commit()
    cards = []
    for name in ("ada", "bob"):
        client = app.test_client()
        sign_in(client, people[name])
        page = client.get("/explore").text
        cards.append(page[page.index('<article class="entry') : page.rindex("</article>")])
    assert cards[0] == cards[1]
    assert "csrf" not in cards[0]
