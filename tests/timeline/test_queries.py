from commonplace.core import clock
from commonplace.timeline import queries, service
from commonplace.timeline.models import Addition
from commonplace.timeline.rules import Visit
from commonplace.users.models import Block, Mute
from tests.factories import make_reply, make_snap, make_user

KINDS = {"snap", "post"}


def test_of_candidates_only_those_are_shown_that_stand_in_the_feed_now(session, stage):
    ada, bob, cleo = stage.authors
    stage.share(4)
    ids = [snap.id for snap in stage.snaps]
    of_ada, of_bob, of_cleo, _of_stranger = ids
    shown = queries.list_shown(session, stage.reader, KINDS, ids, 9)
    assert {entry.id for entry in shown} == {of_ada, of_bob, of_cleo}
    assert queries.list_shown(session, stage.reader, KINDS, ids, 2) == shown[:2]
    session.add(Mute(muter_id=stage.reader.id, muted_id=ada.id))
    session.add(Block(blocker_id=bob.id, blocked_id=stage.reader.id))
    session.flush()
    assert [entry.id for entry in queries.list_shown(session, stage.reader, KINDS, ids, 9)] == [of_cleo]
    assert queries.count_shown(session, stage.reader, KINDS, ids) == 1
    cleo.suspended_on = clock.now()
    session.flush()
    assert list(queries.list_shown(session, stage.reader, KINDS, ids, 9)) == []


def test_a_reply_is_shown_where_all_that_it_answers_may_be_seen(session, stage):
    first = make_snap(session, stage.stranger, audience="members")
    reply = make_reply(session, stage.authors[0], first)
    assert queries.count_shown(session, stage.reader, KINDS, [reply.id]) == 1
    session.add(Block(blocker_id=stage.stranger.id, blocked_id=stage.reader.id))
    session.flush()
    assert queries.count_shown(session, stage.reader, KINDS, [reply.id]) == 0


def test_a_kind_that_is_not_offered_is_not_shown(session, stage):
    stage.share(1)
    assert queries.count_shown(session, stage.reader, {"post"}, [stage.snaps[0].id]) == 0


def test_what_is_known_of_pushing_is_the_readers_own(session, stage):
    stage.share(4)
    seqs = [row.seq for row in session.query(Addition).order_by(Addition.seq)]
    service.finish_addition(session, seqs[0])
    state = queries.get_push_state(session, stage.reader.id)
    assert (state.version, state.pushed, state.is_pulled) == (1, 0, False)
    assert sorted(state.pending_ids) == [stage.snaps[1].id, stage.snaps[2].id]
    service.pull_author(session, stage.stranger.id)
    assert not queries.get_push_state(session, stage.reader.id).is_pulled
    service.pull_author(session, stage.authors[0].id)
    assert queries.get_push_state(session, stage.reader.id).is_pulled
    nothing = queries.get_push_state(session, make_user(session).id)
    assert (nothing.version, list(nothing.pending_ids)) == (0, [])


def test_who_reads_an_author_is_listed_once_by_id(session, stage):
    ada = stage.authors[0]
    everybody = [stage.reader.id, ada.id]
    assert queries.list_readers_of(session, ada.id, after_id=0, limit=10) == sorted(everybody)
    first = min(everybody)
    assert queries.list_readers_of(session, ada.id, after_id=0, limit=1) == [first]
    assert queries.list_readers_of(session, ada.id, after_id=first, limit=10) == [max(everybody)]
    assert queries.has_followers(session, ada.id, 0)
    assert not queries.has_followers(session, ada.id, 1)


def test_where_a_reader_was_is_known_or_nothing(session, stage):
    assert queries.get_visit(session, stage.stranger) == Visit(0, 0, None)
    now = clock.now()
    service.note_visit(session, stage.stranger.id, Visit(1, 2, now))
    assert queries.get_visit(session, stage.stranger) == Visit(1, 2, now)
