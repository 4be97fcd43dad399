import re

import pytest
from sqlalchemy import text

from commonplace.core import clock
from commonplace.moderation.models import LogEntry, Report
from commonplace.moderation.service import create_report
from commonplace.timeline.service_tokens import create_feed_token
from commonplace.users.models import User
from commonplace.users.service_follows import follow_user
from tests.doors import csrf_token, send, sign_in
from tests.factories import PASSWORD, make_reply, make_snap

QUEUE = "/moderation/"


@pytest.fixture
def snap(session, people):
    snap = make_snap(session, people.ada, name="secret.py", content="x = 1\n" * 20 + "last words\n")
    session.commit()
    return snap


@pytest.fixture
def report(session, people, snap):
    """Bob's report of ada's snap, who has since let nobody else see it."""
    made, _ = create_report(session, people.bob, people.ada, "It is <b>rude</b>.", entry=snap)
    snap.audience = "private"
    session.commit()
    return made


def page_of(report, act=""):
    return f"/moderation/reports/{report.id}{act}"


def decide(client, report, act, **values):
    return send(client, page_of(report, f"/{act}"), at=page_of(report), **values)


def outcome(session, report):
    session.expire_all()
    acts = [(row.action, row.moderator_name, row.note) for row in session.query(LogEntry).order_by(LogEntry.id)]
    return session.get(Report, report.id).state, acts


@pytest.mark.parametrize("name", ["bob", "ada"])
def test_members_see_nothing_of_it(as_, report, name):
    client = as_(name)
    for address in (QUEUE, page_of(report), "/moderation/hidden", "/moderation/people", "/moderation/log"):
        assert client.get(address).status_code == 403, address
    assert "/moderation/" not in client.get("/").text
    for act in ("dismiss", "hide", "suspend"):
        assert send(client, page_of(report, f"/{act}"), at="/users/settings/profile").status_code == 403


def test_the_queue_tells_who_reported_what_and_shows_it_whatever_its_audience(as_, report, snap):
    client = as_("mod")
    assert client.get(f"/snaps/{snap.hash_key}").status_code == 404
    page = client.get(QUEUE).text
    assert "Snap by @ada" in page
    assert 'href="/@bob">@bob</a>' in page
    assert "It is &lt;b&gt;rude&lt;/b&gt;." in page
    assert "secret.py" in page
    assert "Only me" in page
    assert re.findall(r'formaction="([^"]+)"', page) == [
        page_of(report, act) for act in ("/dismiss", "/hide", "/suspend")
    ]


def test_a_report_shows_the_whole_text_until_it_is_decided(as_, report):
    client = as_("mod")
    page = client.get(page_of(report)).text
    assert "last words" in page
    assert "last words" not in client.get(QUEUE).text
    decide(client, report, "dismiss")
    page = client.get(page_of(report)).text
    assert "last words" not in page
    assert "secret.py" not in page
    assert "Dismissed" in page
    assert 'href="/@mod">@mod</a>' in page
    assert "formaction" not in page


def test_dismissing_closes_it_with_a_note_in_the_log(as_, session, report):
    client = as_("mod")
    response = decide(client, report, "dismiss", note="It is a quotation.")
    assert response.headers["Location"] == QUEUE
    page = client.get(QUEUE).text
    assert "The report is dismissed." in page
    assert "Nothing to decide" in page
    assert outcome(session, report) == ("dismissed", [("dismiss", "mod", "It is a quotation.")])


def test_hiding_shows_it_to_its_author_alone_who_is_told(app, as_, session, report, snap, people):
    snap.audience = "public"
    session.commit()
    address = f"/snaps/{snap.hash_key}"
    visitor = app.test_client()
    assert visitor.get(address).status_code == 200
    assert decide(as_("mod"), report, "hide").headers["Location"] == QUEUE
    for client in (visitor, as_("mod"), as_("bob")):
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/raw").status_code == 404
    as_ada = as_("ada")
    page = as_ada.get(address).text
    assert "Moderators hid this" in page
    assert "Hidden by moderators" in as_ada.get("/@ada").text
    session.expire_all()
    assert session.query(LogEntry).one().entry_path == address


def test_suspending_takes_the_person_out_of_sight_and_of_the_house(app, as_, session, report, snap):
    snap.audience = "public"
    session.commit()
    as_ada, feed = as_("ada"), f"/feeds/{create_feed_token(session, snap.author)}.atom"
    session.commit()
    assert app.test_client().get(feed).status_code == 200
    assert decide(as_("mod"), report, "suspend", note="Spam.").headers["Location"] == QUEUE
    assert as_ada.get("/users/settings").status_code == 302
    for address in (feed, f"/snaps/{snap.hash_key}", "/@ada", "/@ada.atom", "/api/v1/users/by-name/ada"):
        assert app.test_client().get(address).status_code == 404, address
    assert outcome(session, report) == ("acted", [("suspend", "mod", "Spam.")])


@pytest.mark.parametrize("act", ["dismiss", "hide", "suspend"])
def test_a_second_click_says_so_and_does_nothing_twice(as_, session, report, people, act):
    client, late = as_("mod"), as_("other_mod")
    token = csrf_token(late, page_of(report))
    decide(client, report, act)
    before = outcome(session, report)
    session.rollback()
    for second in ("dismiss", "hide", "suspend"):
        response = late.post(page_of(report, f"/{second}"), data={"csrf_token": token, "note": "me too"})
        assert response.status_code == 200
        assert "closed already: nothing was done a second time" in response.text
    assert outcome(session, report) == before


def test_a_note_that_is_too_long_is_told_beside_it_and_is_still_there(as_, session, report):
    note = "x" * 1001
    response = decide(as_("mod"), report, "suspend", note=note)
    assert response.status_code == 200
    assert 'id="note-error"' in response.text
    assert note in response.text
    assert outcome(session, report) == ("open", [])


def test_what_a_moderator_may_not_do_is_not_offered_and_not_done(as_, session, people):
    of_owner, _ = create_report(session, people.bob, people.owner, "x", entry=make_snap(session, people.owner))
    of_mod, _ = create_report(session, people.bob, people.mod, "x", entry=make_snap(session, people.mod))
    session.commit()
    client = as_("other_mod")
    page = client.get(QUEUE).text
    assert re.findall(r'formaction="/moderation/reports/(\d+)/(\w+)"', page) == [
        (str(of_mod.id), "dismiss"),
        (str(of_mod.id), "hide"),
        (str(of_owner.id), "dismiss"),
    ]
    for report, act, words in (
        (of_owner, "hide", "Nobody moderates the owner"),
        (of_owner, "suspend", "Nobody moderates the owner"),
        (of_mod, "suspend", "Only the owner suspends a moderator"),
    ):
        assert words in decide(client, report, act).text
        assert outcome(session, report) == ("open", [])
        session.rollback()
    as_mod = as_("mod")
    assert as_mod.get(page_of(of_mod)).status_code == 404
    assert as_mod.get(QUEUE).text.count("formaction") == 1
    assert send(as_mod, page_of(of_mod, "/dismiss"), at="/users/settings/profile").status_code == 404
    assert decide(as_("owner"), of_mod, "suspend").status_code == 302
    session.rollback()
    assert session.get(User, people.mod.id).suspended_on is not None


def test_a_reply_is_shown_alone_and_what_it_answers_is_not(as_, session, people):
    first = make_snap(session, people.ada, name="for-followers.py", audience="followers")
    follow_user(session, people.bob, people.ada)
    follow_user(session, people.cleo, people.ada)
    reply = make_reply(session, people.bob, first, "You **fool**.")
    report, _ = create_report(session, people.cleo, people.bob, "x", entry=reply)
    session.commit()
    client = as_("mod")
    for address in (QUEUE, page_of(report)):
        page = client.get(address).text
        assert "Post by @bob" in page
        assert "<strong>fool</strong>" in page
        assert "for-followers.py" not in page
    assert "You **fool**." in client.get(page_of(report)).text
    assert decide(client, report, "hide").status_code == 302
    assert "Moderators hid this" in as_("bob").get(f"/posts/{reply.hash_key}").text
    assert as_("cleo").get(f"/posts/{reply.hash_key}").status_code == 404


def test_what_is_gone_is_told_and_can_still_be_decided(as_, session, report, snap):
    snap.deleted_on = clock.now()
    session.commit()
    client = as_("mod")
    for address in (QUEUE, page_of(report)):
        page = client.get(address).text
        assert "It is not here any more" in page
        assert "secret.py" not in page
    assert decide(client, report, "dismiss").status_code == 302


def test_a_report_of_a_kind_that_is_not_offered_breaks_no_page(app, as_, report):
    client = as_("mod")
    app.extensions["kinds"].clear()
    for address in (QUEUE, page_of(report), "/moderation/hidden"):
        assert client.get(address).status_code == 200


def test_a_report_whose_reporter_left_stays(as_, session, report, people):
    session.delete(people.bob)
    session.commit()
    client = as_("mod")
    for address in (QUEUE, page_of(report)):
        assert "somebody who has left" in client.get(address).text


def test_a_person_is_reported_and_found_by_a_link(as_, session, people):
    report, _ = create_report(session, people.bob, people.ada, "x")
    session.commit()
    page = as_("mod").get(page_of(report)).text
    assert "See <a" in page
    assert 'href="/@ada">@ada</a>' in page
    assert page_of(report, "/hide") not in page


def test_the_queue_goes_on_from_page_to_page(as_, session, people):
    for number in range(25):
        create_report(session, people.bob, people.ada, f"reason {number}", entry=make_snap(session, people.ada))
    session.commit()
    client = as_("mod")
    first = client.get(QUEUE).text
    second = client.get(re.search(r'rel="next" href="([^"]+)"', first)[1]).text
    assert re.findall(r"reason (\d+)", first + second) == [str(number) for number in reversed(range(25))]


def test_moderators_find_the_number_of_open_reports_in_their_menu(client, as_, session, report, people):
    for name in ("mod", "owner"):
        page = as_(name).get("/snaps/").text
        assert ">Moderation (1)</a>" in page
    create_report(session, people.bob, people.mod, "x")
    session.commit()
    assert ">Moderation (1)</a>" in as_("mod").get("/snaps/").text
    as_owner = as_("owner")
    assert ">Moderation (2)</a>" in as_owner.get("/snaps/").text
    for found in session.query(Report):
        found.state = "dismissed"
    session.commit()
    assert ">Moderation</a>" in as_owner.get("/snaps/").text


def test_a_page_tells_of_a_database_whose_reports_fail(client, session, people):
    sign_in(client, people.mod)
    session.execute(text("drop table reports"))
    session.commit()
    assert ">Moderation</a>" in client.get("/users/settings").text
    page = client.get(QUEUE)
    assert page.status_code in {500, 503}
    assert "Number of this request" in page.text


def test_who_is_suspended_is_refused_on_the_api_and_led_to_their_data_on_the_site(app, as_, report, snap):
    decide(as_("mod"), report, "suspend")
    client = app.test_client()
    assert client.get("/api/v1/users/me", auth=("ada", PASSWORD)).status_code == 403
    response = send(client, "/users/login", username="ada", password=PASSWORD)
    assert response.headers["Location"] == "/users/suspended"
