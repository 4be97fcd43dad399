"""Both databases find the same, whatever is stored and asked for: what an oracle in plain Python finds."""

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.entries import queries
from commonplace.entries.reindexing import rebuild_index
from commonplace.entries.rules import SearchText, parse_search, split_words
from commonplace.entries.search import forget_entries, index_entry
from commonplace.operations.migrations import upgrade
from tests.databases import empty_database
from tests.factories import make_snap, make_user

DOCUMENTS = 4
ALPHABET = "abéÉß日本𐐨\u19b00½_-. \"'*&|!():<>\\/\u0301\u0130\u0345ﷺﬁ\0\n"
texts = st.one_of(st.text(ALPHABET, max_size=40), st.text(max_size=20))
documents = st.lists(st.builds(SearchText, texts, texts), min_size=DOCUMENTS, max_size=DOCUMENTS)
asked = st.one_of(st.text(ALPHABET, max_size=16), st.text(max_size=12))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def house(request, tmp_path):
    with empty_database(request.param, tmp_path) as url:
        house = House.build(Settings.read(data_dir=tmp_path / "data", database_url=url))
        upgrade(house)
        yield house
        house.database.dispose()


@pytest.fixture
def snaps(session):
    ada = make_user(session, "ada")
    return [make_snap(session, ada, content="") for _ in range(DOCUMENTS)]


def found(session, query):
    page = queries.list_found(session, None, parse_search(query), {"snap"}, cursor=None, limit=100)
    return {entry.id for entry in page.items}


def stands_in(term, words):
    *whole, last = term.words
    for at in range(len(words) - len(whole)):
        end = words[at + len(whole)]
        if words[at : at + len(whole)] == whole and (end.startswith(last) if term.is_prefix else end == last):
            return True
    return False


def would_find(query, document):
    parts = [split_words(document.title), split_words(document.body)]
    search = parse_search(query)
    return (
        bool(search.wanted)
        and all(any(stands_in(term, part) for part in parts) for term in search.wanted)
        and not any(stands_in(term, part) for term in search.unwanted for part in parts)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=documents, queries_=st.lists(asked, min_size=1, max_size=6))
@example(
    [SearchText("a b", "a c"), SearchText("b", "a"), SearchText("", "b a b a"), SearchText("\u19b0\u19b1 ab", "")],
    ['"b a"', "b.a", "-b a", "\u19b0", "0x1e5"],
)
def test_every_query_finds_what_plain_python_finds(session, snaps, documents, queries_):
    for snap, document in zip(snaps, documents, strict=True):
        index_entry(session, snap.id, document)
    words = [word for document in documents for word in split_words(document.body)]
    taken = [*words[:3], " ".join(words[:2]), f'"{" ".join(words[1:4])}"', f"{words[:1]} -{words[1:2]}"]
    for query in [*queries_, *taken]:
        expected = {snap.id for snap, document in zip(snaps, documents, strict=True) if would_find(query, document)}
        assert found(session, query) == expected, query


HOSTILE = [
    "a AND b OR NOT c",
    "NEAR(a b, 2)",
    "title: a ^b {title body}: c",
    'a" OR "b',
    "a' & !b | (c <-> d):*",
    "'); drop table entries; --",
    "a\0b",
    "*" * 200,
    '"' * 199,
    "-" * 200,
    "(" * 200,
    "a " * 100,
    "-a " * 66 + "b",
    "日" * 200,
    "ﷺ" * 200,
    "x" * 200,
    "\\" * 200,
    "% _ %",
    "\ud800 a",
]


def test_no_query_is_taken_for_the_language_of_a_database(session, snaps):
    document = SearchText("a b c", "x y")
    index_entry(session, snaps[0].id, document)
    for query in HOSTILE:
        assert found(session, query) == ({snaps[0].id} if would_find(query, document) else set()), query
    assert session.scalar(text("select count(*) from entries")) == DOCUMENTS


def test_a_megabyte_of_words_that_are_all_different_is_searched_from_its_beginning(session, snaps):
    words = [f"{number:05x}" for number in range(175_000)]
    random.Random(7).shuffle(words)
    index_entry(session, snaps[0].id, SearchText("huge", " ".join(words)))
    assert found(session, words[0]) == found(session, f'"{words[20_000]} {words[20_001]}"') == {snaps[0].id}
    assert found(session, f'"{words[20_001]} {words[20_000]}"') == set()
    assert found(session, words[-1]) == set()


def test_whatever_a_megabyte_holds_it_can_be_indexed(session, snaps):
    signs = "".join(map(chr, range(0x10428, 0x10450)))
    for unit in ("{}", "ﷺ{}x", "日{}"):  # four bytes a sign, growing when folded, found by the sign
        body = " ".join(unit.format(signs[n % 40] + signs[n // 40 % 40] + signs[n // 1600]) for n in range(64_000))
        index_entry(session, snaps[0].id, SearchText("ﷺ" * 255, body))
        assert found(session, split_words(body)[0]) == {snaps[0].id}


def test_a_word_longer_than_any_index_takes_is_found_by_its_beginning_and_whole(session, snaps):
    long = "0123456789" * 30
    index_entry(session, snaps[0].id, SearchText("", f"{long}{'z' * 9000} end"))
    for query in (long[:1], long[:99], long[:100], long[:150], long[:200]):
        assert found(session, query) == {snaps[0].id}
    assert found(session, long[:150] + "x") == set()


def test_two_words_are_found_together_however_often_the_first_stands_before(session, snaps):
    index_entry(session, snaps[0].id, SearchText("", "self.other() " * 20_000 + "self.needle"))
    assert found(session, "self.needle") == {snaps[0].id}
    assert found(session, "needle.self") == set()


def test_what_is_indexed_anew_or_forgotten_is_no_longer_found_by_its_former_words(session, snaps):
    index_entry(session, snaps[0].id, SearchText("old", "words"))
    index_entry(session, snaps[0].id, SearchText("new", "words"))
    assert (found(session, "old"), found(session, "new")) == (set(), {snaps[0].id})
    forget_entries(session, [snaps[0].id])
    assert found(session, "new") == set()


def test_the_index_made_anew_finds_what_the_one_made_by_and_by_does(house, session):
    ada = make_user(session, "ada")
    chosen = random.Random(11)
    for number in range(60):
        content = " ".join(chosen.choices(["lorem", "ipsum", "dolor", "日本", "x_1"], k=5))
        make_snap(session, ada, name=f"{number}.txt", content=content)
    session.commit()
    asked = ["lorem", '"ipsum dolor"', "ip -x_1", "日本", "7.txt", "nothing"]
    before = [found(session, query) for query in asked]
    session.rollback()
    with house.database.writing() as writing:
        forget_entries(writing, [*before[0], *before[1]])
    assert rebuild_index(house) == 60
    assert [found(session, query) for query in asked] == before
    assert len(before[0]) > 5
