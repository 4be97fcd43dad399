import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonplace.core.errors import Invalid
from commonplace.posts import rules

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
LONG = st.lists(st.sampled_from(["word ", "word", "\n", "\n\n", "- item\n", "```\n", "ä" * 90]), max_size=400).map(
    "".join
)


@given(TEXT.filter(lambda text: text.strip()))
@example("a\r\nb\rc")
def test_a_text_is_kept_but_for_its_line_ends(content):
    try:
        text = rules.check_content(content)
    except Invalid:
        assert {unicodedata.category(sign)[0] for sign in content} <= {"C", "Z"}
        return
    assert text.content == content.replace("\r\n", "\n").replace("\r", "\n")


def test_characters_are_counted_not_bytes_and_a_line_end_is_one():
    assert rules.check_content("\U0001f600" * rules.MAX_CHARACTERS).content
    assert rules.check_content("a\r\n" * (rules.MAX_CHARACTERS // 2)).content
    with pytest.raises(Invalid) as refused:
        rules.check_content("é" * (rules.MAX_CHARACTERS + 1))
    assert refused.value.fields == {"content": "A post has at most 5,000 characters; this has 5,001."}


@pytest.mark.parametrize("content", ["", "  \r\n\t", "\u200b\ufeff", "\u00a0\u2003", "\x01"])
def test_a_text_that_nobody_could_see_is_refused(content):
    with pytest.raises(Invalid) as refused:
        rules.check_content(content)
    assert list(refused.value.fields) == ["content"]


@pytest.mark.parametrize("content", ["a\0b", "a\ud800b"])
def test_what_is_no_text_is_refused_with_its_position(content):
    with pytest.raises(Invalid) as refused:
        rules.check_content(content)
    assert "position 1" in refused.value.fields["content"]


def test_names_and_tags_are_found_once_each_folded_in_their_order():
    text = rules.check_content(
        "@Bob #Two @ADA #two `@code` @bob #größe [#link](/x) @\uff46\uff55\uff4c\uff4c #1 mail@example.org"
    )
    assert text.names == ("bob", "ada", "full")
    assert text.tags == ("two", "grösse")


def test_of_very_many_names_the_first_twenty_count_and_no_name_is_longer_than_a_users():
    many = " ".join(f"@user{number}" for number in range(30))
    assert rules.check_content(many).names == tuple(f"user{number}" for number in range(rules.MAX_MENTIONED))
    assert rules.check_content(f"@{'a' * 41} @{'b' * 40}").names == ("b" * 40,)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("bread", "bread"),
        ("Bread", "bread"),
        ("\uff22\uff32\uff25\uff21\uff24", "bread"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("日本語", "日本語"),
        ("हिन्दी", "हिन्दी"),
        ("snake_case_2", "snake_case_2"),
        ("a" * 50, "a" * 50),
        ("ß" * 50, "ss" * 50),
    ],
)
def test_spellings_of_a_tag_have_one_form(text, folded):
    assert rules.fold_tag(text) == folded


@pytest.mark.parametrize(
    "text", ["", "1", "2026", "_", "__1", "a" * 51, "a b", "a-b", "a.b", "a/b", "#a", "\0", "ﷺ", "ﷲ" * 50, "\u0301"]
)
def test_what_is_no_tag_is_none(text):
    assert rules.fold_tag(text) is None


@given(st.text(st.characters(categories=["L", "M", "N"]) | st.just("_"), max_size=60))
def test_a_folded_tag_is_a_tag_that_folds_to_itself(text):
    folded = rules.fold_tag(text)
    if folded is not None and len(folded) <= rules.MAX_TAG:
        assert rules.fold_tag(folded) == folded
    assert folded is None or 0 < len(folded) <= rules.MAX_FOLDED_TAG


@given(LONG)
def test_a_list_shows_a_beginning_and_of_a_short_text_all(content):
    shown = rules.shorten(content)
    assert content.startswith(shown)
    assert len(shown) <= rules.SHORT_CHARACTERS * 5 // 4
    assert len(shown.splitlines()) <= rules.SHORT_LINES * 3 // 2
    if len(content) <= rules.SHORT_CHARACTERS and len(content.splitlines()) <= rules.SHORT_LINES:
        assert shown == content
    elif content.strip():
        assert shown.strip()


def test_a_long_text_is_cut_between_paragraphs_or_lines_or_words():
    paragraph = "word " * 70
    assert rules.shorten(f"{paragraph}\n\n{paragraph}\n\n{paragraph}") == paragraph
    line = "word " * 40
    assert rules.shorten(f"{line}\n" * 10) == f"{line}\n{line}"
    assert rules.shorten("word " * 200).endswith("word")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Hello.", "Hello."),
        ("# A *heading*\n\nand `more`", "A heading and more"),
        ("- one\n- [x] two\n\n> three", "one [x] two three"),
        ("See [the page](https://a.example/x_y) and ![a cat](/c.png), @ada #tag", "See the page and a cat, @ada #tag"),
        ("snake_case stays, _emphasis_ does not, 2 * 3", "snake_case stays, emphasis does not, 2 3"),
        (r"\@ada 1\. x", "@ada 1. x"),
        ("***", "***"),
        ("#tag first", "#tag first"),
    ],
)
def test_a_title_is_the_first_words_without_markup(content, title):
    assert rules.first_words(content) == title


@given(TEXT.filter(lambda text: text.strip()))
def test_every_text_has_a_title_of_one_line_and_some_words(content):
    title = rules.first_words(content)
    assert 0 < len(title) <= rules.TITLE_CHARACTERS
    assert "\n" not in title


def test_a_long_title_ends_between_words():
    assert rules.first_words("word " * 100) == "word " * 15 + "word\u2026"
    assert rules.first_words("x" * 200) == "x" * 79 + "\u2026"


@pytest.mark.corpus
def test_no_naughty_string_is_too_much_for_a_rule(corpus):
    for text in json.loads((corpus / "text" / "naughty-strings.json").read_text(encoding="utf-8")):
        try:
            kept = rules.check_content(f"@{text} #{text} {text}")
        except Invalid:
            continue
        assert all(rules.fold_tag(tag) for tag in kept.tags if len(tag) <= rules.MAX_TAG)
        assert rules.first_words(kept.content)
