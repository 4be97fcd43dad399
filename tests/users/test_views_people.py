import re
from html import unescape

import pytest

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.users.models import Block, Follow, Mute
from commonplace.users.queries_relations import get_known_user
from commonplace.users.service import rename_user
from commonplace.users.service_follows import block_user, follow_user, mute_user, unblock_user
from commonplace.users.service_suspending import suspend_user
from tests.doors import send, sign_in
from tests.factories import make_user

ACTS = ("follow", "unfollow", "block", "unblock", "mute", "unmute")
FORM = "/users/settings/profile"
"""A page that always has a form, and so a token."""


@pytest.fixture
def anna(session):
    user = make_user(session, "anna")
    session.commit()
    return user


@pytest.fixture
def berta(session):
    user = make_user(session, "berta")
    session.commit()
    return user


@pytest.fixture
def as_anna(client, anna):
    sign_in(client, anna)
    return client


def act(client, path):
    return send(client, path, at=FORM)


def listed(page):
    return re.findall(r'class="person__name"[^>]*>([^<]+)<', page)


def buttons(page):
    """What the buttons of a page of people do."""
    return re.findall(r'action="/@([^"?]+)', page)


def pairs(session, table):
    session.rollback()  # what others committed meanwhile is seen by a new transaction
    one, other = (column.name for column in table.__table__.primary_key)
    return {(getattr(row, one), getattr(row, other)) for row in session.query(table)}


@pytest.mark.parametrize(
    ("begin", "end", "table", "words"),
    [
        ("follow", "unfollow", Follow, "You follow @berta."),
        ("block", "unblock", Block, "You block @berta"),
        ("mute", "unmute", Mute, "You mute @berta"),
    ],
)
def test_each_is_begun_and_ended_by_its_button_once_or_twice(as_anna, session, anna, berta, begin, end, table, words):
    for _ in range(2):
        response = act(as_anna, f"/@berta/{begin}")
        assert (response.status_code, response.headers["Location"]) == (302, "/@berta")
        assert words in as_anna.get("/@berta").text
        assert pairs(session, table) == {(anna.id, berta.id)}
    for _ in range(2):
        assert act(as_anna, f"/@berta/{end}").headers["Location"] == "/@berta"
        assert f"You do not {begin} @berta any more." in as_anna.get("/@berta").text
        assert pairs(session, table) == set()


def test_to_oneself_it_is_a_quiet_no(as_anna, session):
    for what in ACTS:
        assert act(as_anna, f"/@anna/{what}").headers["Location"] == "/@anna"
        assert "nothing was changed" in as_anna.get("/@anna").text
    assert [pairs(session, table) for table in (Follow, Block, Mute)] == [set()] * 3


def test_nobody_does_it_without_signing_in(client, session, berta):
    for what in ACTS:
        response = send(client, f"/@berta/{what}", at="/users/login")
        assert response.headers["Location"] == "/users/login"
    assert [pairs(session, table) for table in (Follow, Block, Mute)] == [set()] * 3


@pytest.mark.parametrize("state", ["nobody", "closed", "suspended", "blocking"])
def test_who_is_not_there_for_the_viewer_answers_as_one_who_never_was(as_anna, session, anna, berta, state):
    berta.closed_on = clock.now() if state == "closed" else None
    berta.suspended_on = clock.now() if state == "suspended" else None
    if state == "blocking":
        block_user(session, berta, anna)
    session.commit()
    name = "nobody" if state == "nobody" else "berta"
    for what in ACTS:
        if (what, state) not in (("block", "blocking"), ("unblock", "blocking")):
            assert act(as_anna, f"/@{name}/{what}").status_code == 404
    for page in ("", "/followers", "/followed", ".atom"):
        assert as_anna.get(f"/@{name}{page}").status_code == 404
    assert pairs(session, Follow) == pairs(session, Mute) == set()


def test_by_a_former_name_it_is_the_same_person(as_anna, session, anna, berta):
    rename_user(session, berta, "Bertha")
    session.commit()
    assert act(as_anna, "/@berta/follow").headers["Location"] == "/@Bertha"
    assert pairs(session, Follow) == {(anna.id, berta.id)}
    response = as_anna.get("/@berta/followers")
    assert (response.status_code, response.headers["Location"]) == (301, "/@Bertha/followers")


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/users/?cursor=AAAAAAAAAAk%23user-2", "/users/?cursor=AAAAAAAAAAk#user-2"),
        ("//elsewhere.example/", "/@berta"),
        ("https://elsewhere.example/", "/@berta"),
        ("", "/@berta"),
    ],
)
def test_one_comes_back_to_where_the_button_stood_and_nowhere_else(as_anna, berta, wanted, leads_to):
    assert act(as_anna, f"/@berta/follow?next={wanted.replace('?', '%3F')}").headers["Location"] == leads_to


def test_members_are_listed_with_what_one_may_do(as_anna, session, anna, berta):
    carla = make_user(session, "carla")
    carla.about = "I *knit* <b>& more</b>."
    follow_user(session, anna, carla)
    follow_user(session, berta, anna)
    session.commit()
    page = as_anna.get("/users/").text
    assert listed(page) == ["carla", "berta", "anna"]
    assert set(buttons(page)) == {"berta/follow", "carla/unfollow"}
    assert "I knit &lt;b&gt;&amp; more&lt;/b&gt;." in page
    assert page.index("berta</a>") < page.index("Follows you") < page.index("anna</a>\n")
    back = unescape(re.search(r'action="(/@berta/follow[^"]*)"', page)[1])
    assert act(as_anna, back).headers["Location"] == f"/users/#user-{berta.id}"
    assert f'id="user-{berta.id}"' in as_anna.get("/users/").text


def test_members_are_for_members(client, berta):
    for address in ("/users/", "/@berta/followers", "/@berta/followed"):
        assert client.get(address).headers["Location"].startswith("/users/login?next=")


def test_members_are_found_by_name_and_the_other_search_stays_empty(as_anna, berta):
    for asked in ("b", "BER", "@berta", " berta "):
        page = as_anna.get("/users/", query_string={"q": asked}).text
        assert listed(page) == ["berta"]
    assert page.count('value="berta"') == 1
    page = as_anna.get('/users/?q="><b>').text
    assert "Nobody by that name" in page
    assert "<b>" not in page
    assert as_anna.get("/users/?cursor=x").status_code == 400
    for asked in ("x" * 5000, "%ff", "%0A", "@"):
        assert as_anna.get(f"/users/?q={asked}").status_code == 200


def test_suggestions_say_why_and_stand_on_the_first_page_alone(as_anna, session, anna, berta):
    others = [make_user(session) for _ in range(25)]
    follow_user(session, anna, berta)
    follow_user(session, anna, others[0])
    for friend in (berta, others[0]):
        follow_user(session, friend, others[1])
    follow_user(session, berta, others[2])
    session.commit()
    page = as_anna.get("/users/").text
    suggested = page.split("You might follow")[1].split("Everybody")[0]
    assert listed(suggested) == [others[1].username, others[2].username]
    assert re.findall(r"Followed by [\w ]+", suggested) == [
        "Followed by 2 people you follow",
        "Followed by somebody you follow",
    ]
    older = unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])
    assert "You might follow" not in as_anna.get(older).text
    assert "You might follow" not in as_anna.get("/users/?q=u").text


def test_lists_of_followers_and_followed(as_anna, session, anna, berta):
    carla, dora = make_user(session, "carla"), make_user(session, "dora")
    for person in (anna, carla, dora):
        follow_user(session, person, berta)
    follow_user(session, berta, carla)
    block_user(session, dora, anna)
    session.commit()
    assert listed(as_anna.get("/@berta/followers").text) == ["carla", "anna"]
    assert listed(as_anna.get("/@berta/followed").text) == ["carla"]
    assert listed(as_anna.get("/@anna/followed").text) == ["berta"]
    assert "Followers of @berta" in as_anna.get("/@berta/followers").text
    assert "Whom you follow" in as_anna.get("/@anna/followed").text


def test_lists_that_are_empty_say_what_to_do_next(as_anna, berta):
    for address, words in {
        "/@anna/followers": "many follow back",
        "/@anna/followed": "stands in your feed",
        "/@berta/followers": "you are the first",
        "/@berta/followed": "follows nobody you can see",
        "/users/?q=zzz": "Try fewer letters",
        "/users/settings/blocks": "You block and mute nobody",
    }.items():
        assert words in as_anna.get(address).text, address


def test_whom_one_blocks_has_no_lists_for_one(as_anna, session, anna, berta):
    block_user(session, anna, berta)
    session.commit()
    for page in ("/followers", "/followed", ".atom"):
        response = as_anna.get(f"/@berta{page}")
        assert (response.status_code, "unblock them" in response.text) == (404, True)


def test_blocks_and_mutes_are_listed_in_the_settings_and_ended_there(as_anna, session, anna, berta):
    carla = make_user(session, "carla")
    block_user(session, anna, berta)
    mute_user(session, anna, berta)
    mute_user(session, anna, carla)
    session.commit()
    page = as_anna.get("/users/settings/blocks").text
    assert listed(page) == ["carla", "berta"]
    assert buttons(page) == ["carla/unmute", "berta/unblock", "berta/unmute"]
    for address in re.findall(r'action="(/@[^"]+)"', page):
        assert act(as_anna, unescape(address)).headers["Location"] == "/users/settings/blocks"
    assert pairs(session, Block) == pairs(session, Mute) == set()
    assert listed(as_anna.get("/users/settings/blocks").text) == []


def test_a_block_can_be_ended_although_the_other_blocks_one_too(as_anna, session, anna, berta):
    block_user(session, anna, berta)
    mute_user(session, anna, berta)
    block_user(session, berta, anna)
    session.commit()
    assert as_anna.get("/@berta").status_code == 404
    for what in ("unblock", "unmute"):
        act(as_anna, f"/@berta/{what}?next=/users/settings/blocks")
    assert pairs(session, Block) == {(berta.id, anna.id)}
    assert pairs(session, Mute) == set()
    assert act(as_anna, "/@berta/unblock").status_code == 404


def test_who_blocks_one_can_be_blocked_too_so_that_both_have_to_end_it(as_anna, session, anna, berta):
    block_user(session, berta, anna)
    session.commit()
    assert act(as_anna, "/@berta/block").headers["Location"] == "/users/settings/blocks"
    unblock_user(session, berta, anna)
    session.commit()
    assert pairs(session, Block) == {(anna.id, berta.id)}
    with pytest.raises(NotFound):
        get_known_user(session, berta, "anna")


def test_a_name_leads_to_a_page_only_where_there_is_one_for_the_viewer(house, as_anna, session, anna, berta):
    carla, dora = make_user(session, "carla"), make_user(session, "dora")
    for person in (berta, carla, dora):
        block_user(session, anna, person)
    block_user(session, berta, anna)
    suspend_user(session, house, carla)
    session.commit()
    page = as_anna.get("/users/settings/blocks").text
    assert re.findall(r'class="person__name"\s+href="([^"]+)"', page) == ["/@dora"]
    assert {"berta", "dora"} <= set(listed(page))


@pytest.mark.parametrize("typed", ["berta", " @Berta "])
def test_somebody_is_blocked_by_name(as_anna, session, anna, berta, typed):
    block_user(session, berta, anna)
    session.commit()
    for _ in range(2):
        response = send(as_anna, "/users/settings/blocks", at=FORM, username=typed)
        assert response.headers["Location"] == "/users/settings/blocks"
        assert listed(as_anna.get("/users/settings/blocks").text) == ["berta"]
    assert pairs(session, Block) == {(anna.id, berta.id), (berta.id, anna.id)}


def test_a_name_that_nobody_bears_is_said_to_be_one(as_anna, session, berta):
    berta.closed_on = clock.now()
    session.commit()
    for typed in ("berta", "nobody", "\0", "x" * 9_999, "", "anna"):
        response = send(as_anna, "/users/settings/blocks", at=FORM, username=typed)
        assert ("field__error" in response.text) == (response.status_code == 200) == (typed != "anna")
    assert pairs(session, Block) == set()
