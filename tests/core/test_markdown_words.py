import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commonplace.core.markdown import list_words, render
from commonplace.core.markdown_words import link_words
from tests.core.html_rules import broken_rules
from tests.core.test_markdown import TEXTS

SIGNS = st.text(st.sampled_from("@#ab1_.-*`[](/)\\ \n中é"), max_size=60)


def linked(text):
    """The words that became links, wherever they stand."""
    return re.findall(r'<a href="/to/[^"]*"[^>]*>([^<]*)</a>', render(text, lambda word: f"/to/{word[1:]}"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@ada and @bob.", ["@ada", "@bob"]),
        ("(@ada) “@ada”, @ada\u2019s, @ada's: @ada!", ["@ada"] * 5),
        ("@ada.lovelace @a-b_c- @a.b...", ["@ada.lovelace", "@a-b_c", "@a.b"]),
        ("**@ada** *#tag* ~~@bob~~", ["@ada", "#tag", "@bob"]),
        ("@Ähre #größe #日本語 #हिन्दी @नमस्ते", ["@Ähre", "#größe", "#日本語", "#हिन्दी", "@नमस्ते"]),
        ("#tag. #a-b #c.d #1 #_", ["#tag", "#a", "#c", "#1", "#_"]),
        ("# heading @ada\n\n#tag", ["@ada", "#tag"]),
        ("> @ada\n\n- #tag\n\n| @bob |\n|-|\n| #x |", ["@ada", "#tag", "@bob", "#x"]),
        ("one\n@two", ["@two"]),
    ],
)
def test_words_with_a_sign_are_found_in_plain_text(text, words):
    assert linked(text) == list_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "`@ada #tag`",
        "    @ada #tag",
        "```\n@ada\n```",
        "``` @ada\n#tag\n```",
        "[@ada #tag](https://a.example)",
        "[x](https://a.example/@ada#tag)",
        "[x]: https://a.example/@ada",
        "<https://a.example/@ada>",
        "https://a.example/@ada/#tag www.a.example/@ada#tag a.example/@ada",
        "me@ada.example mail@ada",
        "@ada@a.example",
        "a@b a#b é@ada 中#tag _@_ada",
        "**mail**@ada `x`@ada [x](y)#tag",
        "@ada*bold* #tag**bold**",
        r"\@ada \#tag &#64;ada &num;tag",
        "@ # @. #- @@ada ##tag #@ada",
        "![@ada](/x.png)",
        "@" + "a" * 101,
    ],
)
def test_what_stands_in_code_a_link_or_a_word_is_left_alone(text):
    assert linked(text) == list_words(text) == []


def test_where_a_word_leads_is_an_address_as_any_other():
    html = render("@ada", lambda _word: "/größe?a=<b>&c")
    rel = 'rel="nofollow ugc noopener noreferrer"'
    assert html == f'<p><a href="/gr%C3%B6%C3%9Fe?a=%3Cb%3E&amp;c" {rel}>@ada</a></p>\n'


def test_words_that_lead_nowhere_stay_text_beside_those_that_do():
    html = render("@ada @bob", {"@bob": "/b"}.get)
    assert re.sub(r" rel=\"[^\"]*\"", "", html) == '<p>@ada <a href="/b">@bob</a></p>\n'


@settings(deadline=None)
@given(SIGNS, SIGNS)
@example("@a", "@a")
def test_code_and_links_never_change_whatever_stands_around_them(around, inside):
    quoted = inside.replace("`", "").replace("\n", " ").strip() or "x"
    html = render(f"{around}\n\n`{quoted}`\n\n{around}", lambda word: f"/to/{word}")
    assert f"<code>{quoted}</code>" in html.replace("&amp;", "&")


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", "a", " ", "/"]), st.sampled_from(["", "b", " ", "@"]))
def test_no_text_is_lost_between_the_links(text, before, after):
    tokens = list(link_words(text, lambda _word: "/x", before, after))
    assert "".join(token.content for token in tokens if token.type == "text") == text


def test_what_is_too_deep_to_be_parsed_has_no_words():
    assert list_words(">" * 1_000 + "@ada") == []


@pytest.mark.parametrize("unit", ["@a\u2019", "#a\u2019", "@a", "#a ", "@a.", "@", "#", "@-.", "@a\u0301"])
def test_the_largest_texts_are_bounded(unit):
    text = unit * (15_000 // len(unit))
    assert len(render(text, lambda _word: "/somewhere/far/away")) < 24 * len(text) + 50_000


@settings(deadline=None)
@given(TEXTS)
@example("[@ada](/x) `@ada` mail@ada.b **@ada**")
def test_words_that_lead_nowhere_change_nothing_and_those_that_do_are_all_that_is_listed(text):
    assert render(text, lambda _word: None) == render(text)
    asked = []
    render(text, lambda word: asked.append(word) or "/somewhere")
    assert list_words(text) == asked


@settings(deadline=None)
@given(TEXTS)
@example("javascript:alert(1)")
def test_an_address_that_is_not_taken_makes_no_link(text):
    assert broken_rules(render(f"@word {text}", lambda word: f"javascript:{word}")) == []
