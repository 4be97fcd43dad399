import pytest

from commonplace.entries.kinds import known_kinds
from commonplace.notifications.models import Notification
from commonplace.notifications.queries import list_notifications
from commonplace.notifications.sentences import TITLE_LENGTH, WORDS_LENGTH, Sentence, make_sentence
from commonplace.notifications.service import notify
from tests.factories import make_snap

KINDS = {"snap": known_kinds()["snap"]}


def sentence_of(session, people, event, kinds=KINDS, **values):
    author = people.ada if event == "liked" else people.bob
    snap = make_snap(session, author, **values)
    notify(session, user=people.ada, event=event, actor=people.bob, entry=snap)
    session.expunge_all()
    page = list_notifications(session, people.ada, kinds, cursor=None, limit=20)
    return make_sentence(page.items[0], kinds)


def test_a_like_names_the_entry_and_repeats_none_of_it(session, people):
    told = sentence_of(session, people, "liked", name="hello.py")
    assert (told.actor, told.phrase, told.title, told.words) == ("bob", "likes your snap", "hello.py", "")


@pytest.mark.parametrize(("event", "phrase"), [("mentioned", "mentioned you in a snap"), ("replied", "replied to you")])
def test_what_is_said_to_somebody_is_quoted(session, people, event, phrase):
    told = sentence_of(session, people, event, name="hello.py", content="Dear\n@ada!\n")
    assert (told.phrase, told.title, told.words) == (phrase, "hello.py", "Dear @ada!")


@pytest.mark.parametrize(
    ("title", "words", "name"),
    [
        ("Dear Ada…", "**Dear** @Ada, I see", ""),
        ("Dear Ada", "dear ada", ""),
        ("hello.py", "print('hello')", "hello.py"),
        ("hello.py", "", "hello.py"),
        ("", "", ""),
        ("🙂", "I see", "🙂"),
    ],
)
def test_a_title_that_the_words_begin_with_is_not_told_twice(title, words, name):
    assert Sentence(Notification(), "bob", "replied to you", title, words).name == name


def test_long_names_and_words_are_cut(session, people):
    told = sentence_of(session, people, "mentioned", name="n" * 200, content="w" * 3000)
    assert (len(told.title), len(told.words)) == (TITLE_LENGTH, WORDS_LENGTH)


def test_an_entry_of_a_kind_that_is_not_offered_is_not_shown(session, people):
    told = sentence_of(session, people, "mentioned", kinds={}, name="hello.py")
    assert (told.phrase, told.title, told.words) == ("mentioned you", "", "")


def test_a_person_is_enough(session, people):
    notify(session, user=people.ada, event="followed", actor=people.bob)
    page = list_notifications(session, people.ada, KINDS, cursor=None, limit=20)
    told = make_sentence(page.items[0], KINDS)
    assert (told.actor, told.phrase, told.title, told.words) == ("bob", "follows you now", "", "")
