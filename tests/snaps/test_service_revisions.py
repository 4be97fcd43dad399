from datetime import timedelta

import time_machine

from commonplace.core import clock
from commonplace.snaps import rules_revisions
from commonplace.snaps.queries_revisions import get_revision, list_numbers
from commonplace.snaps.service import SnapValues, edit_snap
from tests.factories import make_snap, make_user


def test_a_version_keeps_whom_it_was_for(session):
    ada = make_user(session)
    snap = make_snap(session, ada, content="draft", audience="private")
    edit_snap(session, ada, snap, SnapValues("done", name=snap.name, audience="public"))
    assert get_revision(session, ada, snap, 1).audience == "private"


def test_of_many_old_versions_some_are_forgotten_at_the_next_edit(session):
    ada, began = make_user(session), clock.now()
    with time_machine.travel(began - timedelta(days=9), tick=False):
        snap = make_snap(session, ada, content="0")
        for number in range(1, 121):
            edit_snap(session, ada, snap, SnapValues(str(number), name=snap.name))
    assert len(list_numbers(session, snap)) == 120
    edit_snap(session, ada, snap, SnapValues("now", name=snap.name))
    kept = [number for number, _ in list_numbers(session, snap)]
    assert kept == list(range(121, 121 - rules_revisions.NEWEST_KEPT, -1))
    assert snap.revision == 122
