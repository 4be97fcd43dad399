import pytest

from commonplace.core import clock
from commonplace.moderation.models import Report
from commonplace.moderation.queries import get_report
from commonplace.moderation.service import dismiss_report
from commonplace.users.models import Block
from tests.doors import send
from tests.factories import make_snap


@pytest.fixture
def snap(session, people):
    snap = make_snap(session, people.ada, name="a <b>.py")
    session.commit()
    return snap


def stored(session):
    session.expire_all()
    return [(row.reporter_id, row.user_id, row.entry_id, row.reason, row.state) for row in session.query(Report)]


def test_an_entrys_page_offers_it_to_whom_it_is_for(client, as_, snap):
    link = f'href="/entries/{snap.hash_key}/report">Report</a>'
    for viewer, is_offered in ((as_("bob"), True), (as_("ada"), False), (client, False)):
        assert (link in viewer.get(f"/snaps/{snap.hash_key}").text) == is_offered


def test_a_persons_page_offers_it_to_others_who_are_signed_in(client, as_, people):
    link = 'href="/@ada/report">Report</a>'
    for viewer, is_offered in ((as_("bob"), True), (as_("ada"), False), (client, False)):
        assert (link in viewer.get("/@ada").text) == is_offered


def test_a_block_keeps_neither_from_reporting_the_other(as_, session, people):
    session.add(Block(blocker_id=people.bob.id, blocked_id=people.ada.id))
    session.commit()
    assert send(as_("bob"), "/@ada/report", reason="x").headers["Location"] == "/@ada"
    assert send(as_("ada"), "/@bob/report", reason="x").headers["Location"] == "/users/settings/blocks"
    pairs = {(row.reporter_id, row.user_id) for row in session.query(Report)}
    assert pairs == {(people.bob.id, people.ada.id), (people.ada.id, people.bob.id)}


def test_an_entry_is_reported_and_one_is_back_at_it(as_, session, people, snap):
    client, address = as_("bob"), f"/entries/{snap.hash_key}/report"
    assert "look at the snap “a &lt;b&gt;.py” by @ada" in client.get(address).text
    response = send(client, address, reason="It is\r\nrude.")
    assert response.headers["Location"] == f"/snaps/{snap.hash_key}"
    assert "Thank you: the moderators will look at it." in client.get(response.headers["Location"]).text
    assert stored(session) == [(people.bob.id, people.ada.id, snap.id, "It is\nrude.", "open")]


def test_a_person_is_reported_and_the_reason_can_be_put_differently_until_it_is_decided(as_, session, people):
    client = as_("bob")
    assert send(client, "/@ada/report", reason="Rude.").headers["Location"] == "/@ada"
    page = client.get("/@ada/report").text
    assert "nobody has decided yet" in page
    assert ">\r\nRude.</textarea>" in page
    send(client, "/@ADA/report", reason="Cruel.")
    assert stored(session) == [(people.bob.id, people.ada.id, None, "Cruel.", "open")]
    dismiss_report(session, people.mod, get_report(session, people.mod, session.query(Report).one().id))
    session.commit()
    assert "Cruel." not in client.get("/@ada/report").text


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001, "x" * 2001])
def test_a_reason_that_will_not_do_is_told_beside_the_field_and_is_still_there(as_, session, people, reason):
    page = send(as_("bob"), "/@ada/report", reason=reason)
    assert page.status_code == 200
    assert 'id="reason-error"' in page.text
    assert reason.strip() in page.text
    assert stored(session) == []


def test_nobody_reports_themselves_or_what_is_their_own(as_, session, people, snap):
    client = as_("ada")
    for address in ("/@ada/report", f"/entries/{snap.hash_key}/report"):
        assert client.get(address).status_code == 403
        assert send(client, address, at="/users/settings/profile", reason="x").status_code == 403
    assert stored(session) == []


def test_what_one_does_not_see_cannot_be_reported(as_, session, people):
    private = make_snap(session, people.ada, audience="private")
    session.add(Block(blocker_id=people.owner.id, blocked_id=people.bob.id))
    blocking = make_snap(session, people.owner)
    suspended = make_snap(session, people.cleo)
    people.cleo.suspended_on = clock.now()
    session.commit()
    client = as_("bob")
    keys = (private.hash_key, blocking.hash_key, suspended.hash_key, "0" * 22)
    for address in ("/@nobody/report", "/@cleo/report", *(f"/entries/{key}/report" for key in keys)):
        assert client.get(address).status_code == 404, address
        assert send(client, address, at="/users/settings/profile", reason="x").status_code == 404, address
    assert stored(session) == []


def test_who_is_not_signed_in_is_asked_to(client, people, snap):
    for address in ("/@ada/report", f"/entries/{snap.hash_key}/report"):
        assert client.get(address).headers["Location"] == f"/users/login?next={address}"
