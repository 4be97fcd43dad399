from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from commonplace.core import clock
from commonplace.timeline import queries, service
from commonplace.timeline.containers import ContainersLost
from commonplace.timeline.models import Addition, PulledAuthor, Reader
from commonplace.timeline.rules import Visit


def list_seqs(session, **by):
    return session.scalars(select(Addition.seq).filter_by(**by).order_by(Addition.seq)).all()


def test_what_was_added_is_numbered_in_the_order_of_commits(house, session, stage):
    stage.share(3)
    rows = session.scalars(select(Addition).order_by(Addition.seq)).all()
    assert [row.entry_id for row in rows] == [snap.id for snap in stage.snaps]
    assert [row.author_id for row in rows] == [snap.author_id for snap in stage.snaps]
    assert {row.state for row in rows} == {"pending"}


def test_what_is_gone_is_not_added(session, stage):
    assert list(service.note_additions(session, [404])) == []


def test_what_was_added_long_ago_is_forgotten_but_for_what_is_to_be_pushed(session, stage):
    stage.share(4)
    first, *others = list_seqs(session)
    service.finish_addition(session, first)
    for row in session.scalars(select(Addition)):
        row.added_on = clock.now() - service.ADDITIONS_KEPT - timedelta(seconds=1)
    session.flush()
    service.forget_additions(session, but_pending=True)
    assert list_seqs(session) == others
    service.forget_additions(session, but_pending=False)
    assert list_seqs(session) == []


def test_a_log_that_forgets_what_was_never_pushed_is_another_then(session, stage):
    stage.share(3)
    first = list_seqs(session)[0]
    assert service.finish_addition(session, first)
    names = [queries.get_push_state(session, stage.reader.id).log_id]
    with time_machine.travel(clock.now() + service.ADDITIONS_KEPT * 2):
        for but_pending in (True, False, False):
            service.forget_additions(session, but_pending=but_pending)
            names.append(queries.get_push_state(session, stage.reader.id).log_id)
    assert names[0] == names[1] != names[2] == names[3]
    assert list_seqs(session) == []


class Counting:
    """Containers that know of so many."""

    def __init__(self, mark):
        self.mark = mark

    def finish(self, pushed, identity):
        if pushed != self.mark:
            raise ContainersLost
        self.mark += 1
        return self.mark


def log_of(session):
    state = queries.get_push_state(session, 0)
    return state.log_id, state.pushed


def test_what_was_pushed_is_finished_once_and_counted_in_that_order(house, session, stage):
    stage.share(2)
    one, other = list_seqs(session)
    containers, log_id = Counting(0), log_of(session)[0]
    assert service.finish_addition(session, other)
    assert not service.finish_addition(session, other)
    service.count_pushed(session, log_id, containers, "")
    assert service.finish_addition(session, one)
    service.count_pushed(session, log_id, containers, "")
    session.commit()
    assert log_of(session) == (log_id, 2)


def test_where_containers_know_of_another_number_the_log_is_another(session):
    log_id, _ = log_of(session)
    service.count_pushed(session, log_id, Counting(5), "")
    another, pushed = log_of(session)
    assert (another != log_id, pushed) == (True, 0)
    service.count_pushed(session, log_id, Counting(0), "")  # begun before
    assert log_of(session) == (another, 0)
    service.begin_log(session, instead_of=log_id)  # noticed twice
    assert log_of(session) == (another, 0)


def test_what_was_added_today_is_kept(session, stage):
    stage.share(2)
    service.forget_additions(session, but_pending=False)
    assert len(list_seqs(session)) == 2


def test_versions_only_grow(session, stage):
    service.change_version(session, {stage.reader.id, stage.stranger.id})
    service.change_version(session, {stage.stranger.id})
    session.expire_all()
    assert session.get(Reader, stage.reader.id).version == 2
    assert session.get(Reader, stage.stranger.id).version == 2


def test_an_author_is_pulled_once(session, stage):
    service.pull_author(session, stage.stranger.id)
    service.pull_author(session, stage.stranger.id)
    assert session.scalars(select(PulledAuthor.author_id)).all() == [stage.stranger.id]


def test_of_two_visits_at_once_the_one_that_saw_more_counts(session, stage):
    now = clock.now()
    service.note_visit(session, stage.reader.id, Visit(3, 9, now))
    service.note_visit(session, stage.reader.id, Visit(2, 7, now))
    assert queries.get_visit(session, stage.reader)[:2] == (3, 9)
    assert session.get(Reader, stage.reader.id).version == 1


def test_two_tabs_that_are_opened_at_once_for_the_first_time_are_no_clash(house, session, stage):
    session.commit()
    together = Barrier(4)

    def note(number):
        with house.database.session(writes=True) as writing:
            queries.get_visit(writing, stage.reader)  # as the page did, when there was none yet
            together.wait()
            service.note_visit(writing, stage.reader.id, Visit(number, number, clock.now()))
            writing.commit()

    if house.database.is_sqlite:
        pytest.skip("a file has one writer at a time")
    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(note, range(4)))
    assert queries.get_visit(session, stage.reader)[:2] == (3, 3)
