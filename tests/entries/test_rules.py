import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.errors import Invalid
from commonplace.entries.models import AUDIENCES
from commonplace.entries.rules import SearchQuery, Term, check_reply_audience, parse_search, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("snake_case os.path a-b", ["snake", "case", "os", "path", "a", "b"]),
        ("Café STRASSE straße", ["cafe", "strasse", "strasse"]),
        ("日本語 text", ["日", "本", "語", "text"]),
        ("()'\"*:&|!<>", []),
    ],
)
def test_words_are_folded_and_cut_alike_for_both_databases(text, words):
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ("one two", SearchQuery((Term(("one",), True), Term(("two",), True)), ())),
        ('"one two"', SearchQuery((Term(("one", "two"), False),), ())),
        ('"one two', SearchQuery((Term(("one", "two"), False),), ())),
        ("one -two", SearchQuery((Term(("one",), True),), (Term(("two",), True),))),
        ('-"one two" x', SearchQuery((Term(("x",), True),), (Term(("one", "two"), False),))),
        ("  \t ", SearchQuery((), ())),
        ('" - " --', SearchQuery((), ())),
    ],
)
def test_a_search_is_read_as_words_phrases_and_what_to_leave_out(asked, query):
    assert parse_search(asked) == query


@given(st.text())
def test_any_text_can_be_searched_for_and_its_words_are_plain(asked):
    query = parse_search(asked)
    for term in query.wanted + query.unwanted:
        assert term.words
        assert all(word.isalnum() for word in term.words)


@pytest.mark.parametrize(
    ("thread", "refused"),
    [
        ("private", []),
        ("followers", ["private"]),
        ("members", ["private", "followers"]),
        ("unlisted", ["private", "followers", "members"]),
        ("public", ["private", "followers", "members", "unlisted"]),
    ],
)
def test_a_reply_is_never_meant_for_fewer_people_than_its_thread(thread, refused):
    check_reply_audience(None, thread)
    for asked in AUDIENCES:
        if asked in refused:
            with pytest.raises(Invalid, match="leave its audience out"):
                check_reply_audience(asked, thread)
        else:
            check_reply_audience(asked, thread)
