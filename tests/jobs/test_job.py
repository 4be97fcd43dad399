import logging

import pytest

from commonplace.core.house import House
from commonplace.jobs.job import Jobs, job, jobs, nudge
from tests.jobs.samples import fail, tick, write, write_bulk


@pytest.fixture
def published(monkeypatch):
    published = []
    monkeypatch.setattr(jobs, "publisher", lambda wanted, ids, values: published.append((wanted.name, ids, values)))
    return published


def test_a_job_is_named_after_its_room_and_function():
    assert (write.name, write.queue) == ("jobs.write", "interactive")
    assert (write_bulk.name, write_bulk.queue) == ("jobs.write_bulk", "bulk")
    assert jobs.by_name["jobs.write"] is write


def test_a_job_can_be_called_with_a_house(house: House):
    write(house, "here")
    assert (house.settings.data_dir / "done-here").read_text() == "x"


def test_a_periodic_job_has_an_interval_and_others_have_none():
    assert tick.every.total_seconds() == 1
    assert write.every is None


def test_a_nudge_is_published_after_the_commit_and_not_before(house, published):
    with house.database.writing() as session:
        nudge(session, write, "a", seconds=1)
        assert published == []
    assert published == [("jobs.write", ("a",), {"seconds": 1})]


def test_a_nudge_is_forgotten_with_what_is_rolled_back(house, published):
    with house.database.session(writes=True) as session:
        nudge(session, write, "a")
        session.rollback()
        session.commit()
    assert published == []


def test_a_nudge_that_cannot_be_published_is_logged_and_breaks_nothing(house, monkeypatch, caplog):
    monkeypatch.setattr(jobs, "publisher", Jobs().publisher)
    with caplog.at_level(logging.ERROR), house.database.writing() as session:
        nudge(session, fail)
    assert "what should follow a commit failed" in caplog.text


def test_without_an_application_publishing_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(jobs, "publisher", Jobs().publisher)
    with pytest.raises(RuntimeError, match=r"jobs\.write cannot be published: no Celery application was made"):
        write.publish("a")


def test_a_decorated_function_keeps_its_arguments(house):
    seen = []

    @job(queue="bulk")
    def note(_house: House, number: int, *, word: str) -> None:
        seen.append((number, word))

    try:
        note(house, 1, word="a")
    finally:
        del jobs.by_name[note.name]
    assert seen == [(1, "a")]
