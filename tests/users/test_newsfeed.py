import pytest

from commonplace.core.pagination import Page
from commonplace.users import newsfeed
from commonplace.users.newsfeed import Newsfeed, provide_newsfeed


@pytest.fixture
def port(monkeypatch):
    """The port, into which nothing was handed yet."""
    empty = Newsfeed()
    monkeypatch.setattr(newsfeed, "newsfeed", empty)
    return empty


def test_without_a_source_it_says_what_is_missing(port, session):
    with pytest.raises(RuntimeError, match="provide_newsfeed"):
        port.source(session, None, None, 20)


def test_the_source_handed_in_last_is_asked(port, session):
    first, second = Page(("first",), None), Page(("second",), "more")
    provide_newsfeed(lambda *_asked: first)
    assert port.source(session, None, None, 20) is first
    provide_newsfeed(lambda *_asked: second)
    assert port.source(session, None, None, 20) is second
