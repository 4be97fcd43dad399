import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.errors import Invalid
from commonplace.users.rules import (
    clean_email,
    clean_text,
    clean_username,
    fold_email,
    fold_username,
    is_storable,
)

LETTERS = st.characters(categories=["L", "Nd"])


def clean_or_none(name):
    try:
        return clean_username(name)
    except Invalid:
        return None


@pytest.mark.parametrize(
    "name",
    [
        "anna",
        "Zo\u00eb",
        "anna-maria",
        "a.b_c-d",
        "4chan",
        "\u65e5\u672c\u8a9e",
        "\u0645\u062d\u0645\u062f",
        "\u0928\u092e\u0938\u094d\u0924\u0947",
    ],
)
def test_names_of_all_scripts_are_taken_as_they_are(name):
    assert clean_username(name) == unicodedata.normalize("NFKC", name)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 41,
        "an na",
        "-rf",
        "anna.",
        "..",
        "x@y.z",
        "a/b/c",
        "a\\b\\c",
        "<b>bold",
        "%00anna",
        "an\x00na",
        "an\nna",
        "a\u202ebc",  # right-to-left override
        "a\u200bbc",  # zero-width space
        "a\u2066bc",  # isolate
        "a\u1160bc",  # Hangul filler: a letter that nobody sees
        "a\ufe0fbc",  # variation selector
        "\U0001f984\U0001f984\U0001f984",
        "Z\u0334\u0327\u0359algo",
        "\u0430dmin",
        "ada.atom",
        "",
    ],
)
def test_what_is_no_name_is_refused(name):
    assert clean_or_none(name) is None


@pytest.mark.parametrize(
    "name", ["admin", "Admin", "R\u043e\u043et", "robots.txt", "1ogin", "0WNER", "undefined", "null", "adrnin"]
)
def test_reserved_names_and_their_likes_are_refused(name):
    assert clean_or_none(name) is None


@pytest.mark.parametrize("name", ["modern", "lllooo", "1101", "nlnlnl", "minimum", "illinois"])
def test_a_plain_name_is_never_refused_for_what_it_might_look_like(name):
    assert clean_username(name) == name


@given(st.text(LETTERS, min_size=3, max_size=10))
def test_a_clean_name_stays_as_it_is_and_all_its_spellings_fold_to_one(name):
    cleaned = clean_or_none(name)
    if cleaned is None:
        return
    assert clean_username(cleaned) == cleaned
    folded = fold_username(cleaned)
    assert fold_username(folded) == folded
    for spelling in (name, unicodedata.normalize("NFD", cleaned), unicodedata.normalize("NFKD", name), f" {name} "):
        assert fold_username(spelling) == folded
    assert len(folded) <= 200


@given(st.text(max_size=60))
def test_no_text_whatever_makes_the_rules_fail(text):
    cleaned = clean_or_none(text)
    assert cleaned is None or (3 <= len(cleaned) <= 40 and cleaned.isprintable())
    fold_username(text)
    fold_email(text)


@pytest.mark.corpus
def test_names_of_the_corpus_that_are_the_same_clash_or_are_refused(corpus):
    names = json.loads((corpus / "text" / "names.json").read_text(encoding="utf-8"))
    pairs = [(entry["name"], entry["same_as"]) for entry in names if entry["same_as"]]
    assert len(pairs) > 10
    different = [
        pair
        for pair in pairs
        if clean_or_none(pair[0]) and clean_or_none(pair[1]) and fold_username(pair[0]) != fold_username(pair[1])
    ]
    assert different == []


@pytest.mark.corpus
def test_routes_and_torture_of_the_corpus_are_no_names(corpus):
    names = json.loads((corpus / "text" / "names.json").read_text(encoding="utf-8"))
    sorts = ("reserved", "route", "path", "tags", "template", "emoji", "newline", "NUL", "marks", "slash", "at sign")
    torture = [entry["name"] for entry in names if entry["why"] in sorts]
    assert len(torture) > 12
    assert [name for name in torture if clean_or_none(name)] == []


@pytest.mark.corpus
def test_addresses_of_the_corpus_are_judged_as_it_says(corpus):
    entries = json.loads((corpus / "text" / "email-addresses.json").read_text(encoding="utf-8"))
    for entry in entries:
        if entry["plain_yes_no"] == "valid":
            assert clean_email(entry["address"])
        if entry["plain_yes_no"] == "invalid":
            with pytest.raises(Invalid):
                clean_email(entry["address"])


def test_an_address_is_kept_in_ascii_and_folded_without_case():
    assert clean_email(" Anna@B\u00fccher.example ") == "Anna@xn--bcher-kva.example"
    assert fold_email("Anna@Example.ORG") == fold_email("anna@example.org")
    assert clean_email("anna@nas.local") == "anna@nas.local"


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 a pair", "bell\x07"])
def test_text_that_no_database_holds_is_refused(text):
    assert not is_storable(text)
    with pytest.raises(Invalid) as refused:
        clean_text("about", text, 100)
    assert "about" in refused.value.fields


def test_text_keeps_its_lines_and_loses_what_surrounds_it():
    assert (
        clean_text("about", "  one\r\ntwo\tthree \U0001f469\u200d\U0001f4bb\r\n", 100)
        == "one\ntwo\tthree \U0001f469\u200d\U0001f4bb"
    )
    with pytest.raises(Invalid):
        clean_text("about", "x" * 101, 100)
