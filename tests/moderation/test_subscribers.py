from sqlalchemy import select

from commonplace.core import clock
from commonplace.moderation.service import create_report, dismiss_report
from commonplace.notifications.models import Notification
from commonplace.users.models import User
from tests.factories import make_snap


def told(session):
    names = select(User.username).join(Notification, Notification.user_id == User.id)
    return sorted(session.scalars(names.where(Notification.event == "reported")))


def test_who_looks_after_the_site_is_told_once_of_a_new_report(session, people):
    snap = make_snap(session, people.ada)
    for reason in ("Look.", "Look again."):
        create_report(session, people.bob, people.ada, reason, entry=snap)
    assert told(session) == ["mod", "mona", "olga"]
    rows = session.scalars(select(Notification))
    assert {(row.actor_id, row.entry_id) for row in rows} == {(people.bob.id, snap.id)}


def test_reports_of_several_people_are_told_apart(session, people):
    for person in (people.ada, people.cleo):
        create_report(session, people.bob, person, "Look.")
    assert told(session) == ["mod", "mod", "mona", "mona", "olga", "olga"]


def test_what_is_reported_anew_after_a_decision_is_told_anew(session, people):
    snap = make_snap(session, people.ada)
    for entry in (None, snap):
        report, _ = create_report(session, people.bob, people.ada, "Look.", entry=entry)
        dismiss_report(session, people.mod, report)
        create_report(session, people.bob, people.ada, "Look again.", entry=entry)
    assert told(session) == ["mod"] * 4 + ["mona"] * 4 + ["olga"] * 4


def test_nobody_learns_who_reported_them_but_the_owner(session, people):
    create_report(session, people.bob, people.mod, "Look.")
    assert told(session) == ["mona", "olga"]
    create_report(session, people.bob, people.owner, "Look.")
    assert told(session) == ["mod", "mona", "mona", "olga", "olga"]


def test_who_reports_and_who_is_not_here_is_not_told(session, people):
    people.other_mod.suspended_on = clock.now()
    create_report(session, people.mod, people.ada, "Look.")
    assert told(session) == ["olga"]


def test_what_is_told_leads_to_the_queue(as_, session, people):
    create_report(session, people.bob, people.ada, "Look.")
    session.commit()
    client = as_("mod")
    assert "reported @ada" in client.get("/notifications").text
    own = session.scalar(select(Notification.id).where(Notification.user_id == people.mod.id))
    assert client.get(f"/notifications/{own}").headers["Location"] == "/moderation/"
