import pytest
from sqlalchemy import select

from commonplace.entries.events import visibility_changed
from commonplace.entries.models import Entry
from commonplace.users.service_closing import close_account, purge_account, reopen_account
from commonplace.users.service_suspending import suspend_user, unsuspend_user
from tests.factories import make_post, make_snap, make_user


@pytest.fixture
def ada(session):
    make_user(session, "owner-1", role="owner")
    return make_user(session, "ada")


def test_whose_accounts_go_and_come_back_take_all_along_that_they_shared(house, session, ada):
    heard = []

    def listen(session, which):
        heard.append(set(session.scalars(select(Entry.id).where(which))))

    shared = {make_snap(session, ada).id, make_post(session, ada).id}
    make_post(session, make_user(session, "bob"))
    with visibility_changed.connected_to(listen):
        suspend_user(session, house, ada)
        unsuspend_user(session, house, ada)
        close_account(session, house, ada)
        reopen_account(session, ada)
    assert heard == [shared] * 4


def test_what_somebody_shared_is_purged_with_them(session, ada):
    make_snap(session, ada)
    kept = make_post(session, make_user(session, "bob"))
    purge_account(session, ada)
    assert session.scalars(select(Entry.id)).all() == [kept.id]
