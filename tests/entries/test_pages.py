import re

from commonplace.app import create_app
from commonplace.entries.models import Like
from commonplace.entries.pages import THREAD_PAGE, reply_url, when_shown
from commonplace.entries.queries_threads import LEVELS
from commonplace.users.models import Follow
from tests.doors import sign_in
from tests.factories import make_post, make_reply, make_snap, make_user


def test_every_card_of_a_list_tells_its_own_numbers(app, client, session):
    ada, bob = make_user(session, "ada"), make_user(session, "bob")
    liked, alone = make_snap(session, ada, name="liked.py"), make_snap(session, ada, name="alone.py")
    session.add_all([Like(entry_id=liked.id, user_id=user.id) for user in (ada, bob)])
    session.add(Follow(follower_id=bob.id, followed_id=ada.id))
    session.commit()
    sign_in(client, bob)
    for address in ("/", "/explore", "/search?q=py", "/@ada", "/snaps/"):
        page = client.get(address).text
        cards = dict(re.findall(r'id="about-(\w+)".*?aria-pressed="(\w+)"', page, re.DOTALL))
        assert cards == {liked.hash_key: "true", alone.hash_key: "false"}, address
        assert re.findall(r"Like <span[^>]*>(\d*)", page) == ["", "2"], address


def test_an_entrys_own_page_tells_them_too(client, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada)
    session.add(Like(entry_id=snap.id, user_id=ada.id))
    session.commit()
    assert "1 like<" in client.get(f"/snaps/{snap.hash_key}").text


def test_a_floor_above_may_take_note_of_what_is_shown(app, client, session):
    snap = make_snap(session, make_user(session, "ada"))
    session.commit()
    shown = []
    when_shown(app, shown.extend)
    client.get("/snaps/")
    client.get(f"/snaps/{snap.hash_key}/raw")
    assert shown == []
    client.get(f"/snaps/{snap.hash_key}")
    assert [entry.id for entry in shown] == [snap.id]


def test_a_site_of_kinds_that_answer_nothing_shows_no_thread_and_asks_for_no_reply(settings, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada)
    make_reply(session, ada, snap, "an old reply")
    session.commit()
    app = create_app(settings.model_copy(update={"kinds": ("snaps",)}))
    visitor, client = app.test_client(), app.test_client()
    sign_in(client, ada)
    for page in (visitor.get(f"/snaps/{snap.hash_key}").text, client.get(f"/snaps/{snap.hash_key}").text):
        assert "an old reply" not in page
        assert "#replies" not in page
        assert 'id="replies"' not in page
    app.extensions["commonplace"].database.dispose()


def test_a_site_of_posts_alone_has_its_pages_and_threads(settings, session):
    ada = make_user(session, "ada")
    post = make_post(session, ada, "the only kind")
    make_reply(session, ada, post, "and an answer")
    make_snap(session, ada, name="of another kind.py")
    session.commit()
    app = create_app(settings.model_copy(update={"kinds": ("posts",)}))
    client = app.test_client()
    sign_in(client, ada)
    for address in ("/", "/posts/", "/@ada", "/explore"):
        page = client.get(address).text
        assert ("the only kind" in page, "of another kind.py" in page) == (True, False), address
    assert "and an answer" in client.get(f"/posts/{post.hash_key}").text
    app.extensions["commonplace"].database.dispose()


def test_a_thread_is_nested_and_leads_on_where_it_goes_deeper_than_a_page(client, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada)
    replies = [make_reply(session, ada, snap, "level 1")]
    for level in range(2, LEVELS + 3):
        replies.append(make_reply(session, ada, replies[-1], f"level {level}"))
    session.commit()
    page = client.get(f"/snaps/{snap.hash_key}").text
    assert page.count('<ol class="thread">') == LEVELS
    assert [f"level {level}" in page for level in range(1, LEVELS + 3)] == [True] * LEVELS + [False, False]
    deepest = replies[LEVELS - 1]
    onward = re.search(r'<a class="thread__further"\s+href="([^"]+)">([^<]+)</a>', page)
    assert onward.groups() == (f"/posts/{deepest.hash_key}#replies", "1 reply to ada")
    assert f"level {LEVELS + 1}" in client.get(f"/posts/{deepest.hash_key}").text


def test_a_new_reply_is_led_to_on_the_page_of_the_thread_that_has_it(app, session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada)
    replies = [make_reply(session, ada, snap) for _ in range(THREAD_PAGE + 1)]
    session.commit()
    with app.test_request_context():
        far = reply_url(replies[-1], snap)
    assert far.endswith(f"#{replies[-1].hash_key}")
    page = app.test_client().get(far).text
    assert f'id="{replies[-1].hash_key}"' in page
    assert f'id="{replies[0].hash_key}"' not in page
