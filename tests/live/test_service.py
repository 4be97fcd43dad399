import pytest

from commonplace.live import speakers
from commonplace.live.service import tell
from tests.factories import make_user


class Recorder:
    """A speaker that notes what it is to say."""

    def __init__(self):
        self.said = []

    def speak(self, room, event, facts):
        self.said.append((room, event, facts))


class Broken:
    def speak(self, room, event, facts):
        raise OSError("the line is dead")


@pytest.fixture
def recorder(house):
    recorder = Recorder()
    speakers.register(house, recorder)
    return recorder


def test_it_is_said_when_all_is_committed_and_not_before(house, recorder):
    with house.database.writing() as session:
        tell(session, house, 7, "unread", {"count": 3})
        with session.begin_nested():
            tell(session, house, "shared-by-7", "new-entry", {"id": 8, "kind": "snap"})
        assert recorder.said == []
    assert recorder.said == [
        ("user:7", "unread", {"count": 3}),
        ("shared-by-7", "new-entry", {"id": 8, "kind": "snap"}),
    ]


def test_what_is_undone_is_not_said(house, recorder):
    with house.database.session(writes=True) as session:
        tell(session, house, 7, "unread", {"count": 3})
        session.rollback()
        with session.begin_nested() as savepoint:
            tell(session, house, 7, "unread", {"count": 4})
            savepoint.rollback()
        session.commit()
    assert recorder.said == []


TEXTS = [{"text": "Dear diary"}, {"Text": 1}, {"html": "<b>"}, {"long": "x" * 65}, {"x": 0.5}, {"x": None}]


@pytest.mark.parametrize("facts", TEXTS)
def test_what_is_no_id_and_no_count_is_logged_and_not_said(house, recorder, caplog, facts):
    with house.database.writing() as session:
        tell(session, house, 7, "unread", facts)
    assert recorder.said == []
    assert "unread is not told" in caplog.text
    assert str(facts) not in caplog.text


def test_a_failure_to_say_it_breaks_nothing(house, caplog):
    broken = Broken()
    speakers.register(house, broken)
    with house.database.writing() as session:
        make_user(session, "ada")
        tell(session, house, 7, "unread", {"count": 3})
    assert "the line is dead" in caplog.text
    with house.database.reading() as session:
        make_user(session, "bob")


def test_facts_are_those_of_the_moment(house, recorder):
    facts = {"count": 1}
    with house.database.writing() as session:
        tell(session, house, 7, "unread", facts)
        facts["count"] = 2
    assert recorder.said == [("user:7", "unread", {"count": 1})]
