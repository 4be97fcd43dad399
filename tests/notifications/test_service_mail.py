from datetime import timedelta

import pytest
from sqlalchemy import func, select

from commonplace.core import clock
from commonplace.mail.models import Mail
from commonplace.mail.tasks import send_mail
from commonplace.notifications import service_mail
from commonplace.notifications.models import Digest, Notification
from commonplace.notifications.rules import Channels
from commonplace.notifications.service import choose_channels, mark_all_read, notify
from commonplace.notifications.service_mail import MOST_IN_A_MAIL, mail_due
from commonplace.users.models import Block
from commonplace.users.service import rename_user
from tests.factories import make_snap, make_user
from tests.mail.conftest import outbox
from tests.notifications.conftest import answer, mail_all, text_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def mail(house, session, people, work):
    """Mail to ada what is due, send it, and return the message, if there is one."""

    ada_id = people.ada.id

    def make(cadence="immediately"):
        session.commit()
        with house.database.writing() as writing:
            has_mail = mail_due(writing, house, ada_id, cadence)
            mail_id = writing.scalar(select(func.max(Mail.id)))
        session.expire_all()
        if not has_mail:
            return None
        work(send_mail, mail_id)
        return outbox(house)[-1]

    return make


def follow(session, people, number=1, **values):
    for _ in range(number):
        actor = make_user(session, **values)
        notify(session, user=people.ada, event="followed", actor=actor)
    return actor


def test_a_mail_at_once_comes_after_a_minute_and_is_the_only_one(session, people, mail, noon):
    follow(session, people)
    noon.shift(MINUTE - timedelta(seconds=1))
    assert mail() is None
    noon.shift(timedelta(seconds=1))
    assert mail()["To"] == "ada@example.org"
    assert session.query(Notification).one().mailed_on == clock.now()
    noon.shift(DAY)
    assert mail() is None
    assert session.query(Mail).count() == 1


def test_what_comes_within_the_minute_is_gathered(session, people, mail, noon):
    follow(session, people, username="first-one")
    noon.shift(timedelta(seconds=59))
    follow(session, people, 2)
    noon.shift(timedelta(seconds=1))
    message = mail()
    assert message["Subject"] == "Commonplace: first-one follows you now, and 2 more"
    assert text_of(message).count("\n* ") == 3
    follow(session, people)
    assert mail() is None
    noon.shift(MINUTE)
    assert text_of(mail()).count("\n* ") == 1


def test_a_mail_tells_who_did_what_with_whole_links(house, session, people, mail, noon):
    snap = make_snap(session, people.ada, name="hello.py")
    notify(
        session,
        user=people.ada,
        event="replied",
        actor=people.bob,
        entry=answer(session, people.bob, snap, "I *see*,\nAda."),
    )
    notify(session, user=people.ada, event="followed", actor=people.cleo)
    noon.shift(MINUTE)
    message = mail()
    ids = [row.id for row in session.query(Notification).order_by(Notification.id)]
    site = house.settings.site_url
    assert text_of(message).startswith(
        f"Hello ada,\n\n* bob replied to you\n  > I *see*, Ada.\n  {site}/notifications/{ids[0]}\n\n"
        f"* cleo follows you now\n  {site}/notifications/{ids[1]}\n\n"
        f"You hear of this by mail.\nTo choose anew: {site}/users/settings/notifications\n"
    )
    html = message.get_body(("html",)).get_content()
    assert html.count(f'href="{site}') == html.count("href=") == 5
    assert "<blockquote>I *see*, Ada.</blockquote>" in html


def test_a_mail_can_be_stopped_at_one_click(house, session, people, mail, noon):
    follow(session, people)
    noon.shift(MINUTE)
    message = mail()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{house.settings.site_url}/notifications/unsubscribe/immediately.")
    assert f"To get no more of these: {link}" in text_of(message)


def test_what_was_read_is_not_mailed(session, people, mail, noon):
    follow(session, people)
    mark_all_read(session, people.ada)
    noon.shift(MINUTE)
    assert mail() is None
    assert session.query(Notification).one().cadence == "never"


def test_what_may_no_longer_be_seen_is_not_mailed_later_either(session, people, mail, noon):
    snap = make_snap(session, people.bob)
    notify(session, user=people.ada, event="mentioned", actor=people.bob, entry=snap)
    notify(session, user=people.ada, event="followed", actor=people.cleo)
    snap.deleted_on = clock.now()
    noon.shift(MINUTE)
    assert "cleo" in (text := text_of(mail()))
    assert "bob" not in text
    snap.deleted_on = None
    noon.shift(DAY)
    assert mail() is None


@pytest.mark.parametrize("state", ["unconfirmed", "closed", "suspended"])
def test_who_cannot_be_reached_is_sent_nothing_now_or_later(session, people, mail, noon, state):
    follow(session, people)
    columns = {"unconfirmed": "email_verified_on", "closed": "closed_on", "suspended": "suspended_on"}
    former = getattr(people.ada, columns[state])
    setattr(people.ada, columns[state], None if state == "unconfirmed" else clock.now())
    noon.shift(MINUTE)
    assert mail() is None
    setattr(people.ada, columns[state], former)
    noon.shift(DAY)
    assert mail() is None
    assert session.query(Mail).count() == 0


@pytest.mark.parametrize(("cadence", "period"), [("daily", DAY), ("weekly", 7 * DAY)])
def test_a_digest_goes_out_once_a_period_and_tells_what_is_new(session, people, mail, noon, cadence, period):
    choose_channels(session, people.ada, {"followed": Channels(cadence=cadence)})
    follow(session, people, username="first-one")
    noon.shift(period - MINUTE)
    follow(session, people)
    assert mail(cadence) is None
    noon.shift(MINUTE)
    title = {"daily": "Your day", "weekly": "Your week"}[cadence]
    assert mail(cadence)["Subject"] == f"Commonplace: {title}: first-one follows you now, and 1 more"
    assert session.query(Digest).one().sent_on == clock.now()
    noon.shift(period)
    assert mail(cadence) is None  # nothing new
    follow(session, people)
    noon.shift(period)
    assert text_of(mail(cadence)).count("\n* ") == 1
    assert session.query(Digest).one().sent_on == clock.now()


def test_each_cadence_has_mails_of_its_own(session, people, mail, noon):
    notify(session, user=people.ada, event="liked", actor=people.bob, entry=make_snap(session, people.ada))
    follow(session, people)
    noon.shift(7 * DAY)
    assert "likes your snap" in text_of(mail("weekly"))
    assert "follows you" in text_of(mail())
    assert mail("daily") is None


def test_a_mail_holds_only_so_much_and_says_so(session, people, mail, noon):
    follow(session, people, MOST_IN_A_MAIL + 2)
    noon.shift(MINUTE)
    message = mail()
    assert text_of(message).count("\n* ") == MOST_IN_A_MAIL
    assert "There is more: http" in text_of(message)
    assert message["Subject"].endswith(f"and {MOST_IN_A_MAIL + 1} more")
    assert session.query(Notification).filter(Notification.mailed_on.is_(None)).count() == 0


NAUGHTY = "x\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\n-- \n.\n\u202e\u2028\x01"


def test_what_others_wrote_is_one_line_of_text_and_no_header(session, people, mail, noon):
    rename_user(session, people.bob, "Zoë-Ünïcode")
    snap = make_snap(session, people.bob, name="evil", content=NAUGHTY)
    snap.name = NAUGHTY[:200]
    notify(session, user=people.ada, event="mentioned", actor=people.bob, entry=snap)
    noon.shift(MINUTE)
    message = mail()
    assert message["Bcc"] is None
    assert people.bob.username in message["Subject"]
    assert set(message.keys()) >= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    quoted = [line for line in text_of(message).splitlines() if "Bcc" in line]
    assert all(line.startswith(("* ", "  > x Bcc: ")) for line in quoted)
    assert quoted
    html = message.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_failure_leaves_everything_to_be_mailed_again(house, session, people, noon, monkeypatch):
    follow(session, people)
    session.commit()
    noon.shift(MINUTE)
    monkeypatch.setattr(service_mail, "queue_mail", lambda *_args, **_values: 1 / 0)
    with pytest.raises(ZeroDivisionError), house.database.writing() as writing:
        mail_due(writing, house, people.ada.id, "immediately")
    session.expire_all()
    assert session.query(Notification).one().mailed_on is None
    assert session.query(Mail).count() == 0


def test_a_block_after_the_act_keeps_it_out_of_the_digest(session, people, mail, noon):
    mail_all(session, people.ada)
    notify(session, user=people.ada, event="followed", actor=people.bob)
    session.add(Block(blocker_id=people.bob.id, blocked_id=people.ada.id))
    noon.shift(MINUTE)
    assert mail() is None


def test_nobody_is_no_error(house):
    with house.database.writing() as writing:
        assert not mail_due(writing, house, 7, "daily")
