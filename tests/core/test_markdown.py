from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commonplace.core.markdown import MAX_LENGTH, render
from tests.core.html_rules import broken_rules

REL = 'rel="nofollow ugc noopener noreferrer"'

MARKUP = st.sampled_from(
    [
        *(
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```",
            "\n",
            "\n\n",
            "# ",
            "## ",
            "> ",
            "- ",
            "1. ",
            "- [ ] ",
            "- [x] ",
            "    ",
            "\t",
        ),
        *(
            "[",
            "]",
            "(",
            ")",
            "![",
            "](",
            "[a]: ",
            "<",
            ">",
            "&",
            "&#",
            ";",
            "\\",
            '"',
            "'",
            "|",
            "|-|\n",
            "---\n",
            "===\n",
        ),
        *("@ada", "#tag", "@", "#", "\\@", "@a.b-c", "#1"),
        *("http://a.b", "https://", "www.a.b", "a@b.c", "javascript:", "data:text/html,", "//evil", "/own", "mailto:"),
        *("<script>", "</pre>", "<img src=x onerror=1>", "<!--", "<a href=", "onclick=", "</code>", "<?", "<![CDATA["),
        *(
            "```py\n",
            "def f():",
            "\0",
            "\r",
            "\x1b",
            "\ud800",
            "\u202e",
            "\ufeff",
            "\u200d",
            "word",
            " ",
            "é",
            "\U0001f600",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(), st.lists(MARKUP, max_size=40).map("".join), st.lists(MARKUP | st.text(max_size=5)).map("".join)
)


def text_of(html: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html)
    parser.close()
    return "".join(parts)


@settings(deadline=None)
@given(TEXTS)
@example("[x](javascript:alert(1))")
@example("[x](&#106;avascript:alert(1))")
@example('![x"onerror="1](//a.b/"onerror="1)')
@example("```\n</code></pre><script>alert(1)</script>\n```")
@example("http://a.b/\u202e www.x.y/<script> \ud800@b.c")
def test_any_text_comes_out_as_html_that_keeps_the_rules(text: str) -> None:
    assert broken_rules(render(text)) == []
    assert broken_rules(render(text, lambda word: f"/x/{word}")) == []


@given(TEXTS)
def test_the_same_text_comes_out_the_same(text: str) -> None:
    assert render(text) == render(text)


@given(st.text(alphabet="abc xyz\n", min_size=1))
def test_words_are_kept(text: str) -> None:
    assert text_of(render(text)).split() == text.split()


def test_headings_stay_below_that_of_the_page_and_have_no_id() -> None:
    assert render("# One\n## Two\n###### Six") == "<h2>One</h2>\n<h3>Two</h3>\n<h6>Six</h6>\n"


def test_html_is_shown_as_text() -> None:
    assert render('<b id="main">bold</b>') == '<p>&lt;b id="main"&gt;bold&lt;/b&gt;</p>\n'


def test_links_say_that_the_site_does_not_vouch_for_them() -> None:
    assert render('[x](https://a.example "t")') == f'<p><a href="https://a.example" title="t" {REL}>x</a></p>\n'


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "ftp://a.b", "vbscript:x"]
)
def test_a_link_of_another_scheme_stays_text(address: str) -> None:
    assert render(f"[x]({address})") == f"<p>[x]({address})</p>\n"


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://a.example/x_y_z", "https://a.example/x_y_z", ""),
        ("http://a.example/__init__.py", "http://a.example/__init__.py", ""),
        ("http://localhost:5000/snaps/", "http://localhost:5000/snaps/", ""),
        ("https://a.example/x_(y)", "https://a.example/x_(y)", ""),
        ("https://a.example/x).", "https://a.example/x", ")."),
        ("https://a.example?!", "https://a.example", "?!"),
    ],
)
def test_a_bare_address_becomes_a_link_without_what_ends_the_sentence(text: str, address: str, rest: str) -> None:
    assert render(text) == f'<p><a href="{address}" {REL}>{address}</a>{rest}</p>\n'


def test_bare_web_and_mail_addresses_become_links() -> None:
    assert render("www.a.example, me@a.example.") == (
        f'<p><a href="http://www.a.example" {REL}>www.a.example</a>, '
        f'<a href="mailto:me@a.example" {REL}>me@a.example</a>.</p>\n'
    )


@pytest.mark.parametrize("name", ["README.md", "setup.py", "a.b", "x@y", "http://", "foo:bar", "hhttp://a.b"])
def test_what_only_looks_like_an_address_stays_text(name: str) -> None:
    assert render(name) == f"<p>{name}</p>\n"


def test_an_address_within_a_link_does_not_open_another() -> None:
    assert render("[http://a.b www.a.b a@b.c](/x)") == f'<p><a href="/x" {REL}>http://a.b www.a.b a@b.c</a></p>\n'


def test_a_picture_from_elsewhere_becomes_a_link_with_its_description() -> None:
    assert render("![a cat](https://a.example/c.png)") == f'<p><a href="https://a.example/c.png" {REL}>a cat</a></p>\n'
    assert render("![](//a.example/c.png)") == f'<p><a href="//a.example/c.png" {REL}>//a.example/c.png</a></p>\n'
    assert render("[![a cat](c.png)](/x)") == f'<p><a href="/x" {REL}>a cat</a></p>\n'


def test_a_picture_of_this_site_is_shown() -> None:
    assert render("![a cat](/photos/c.webp)") == '<p><img src="/photos/c.webp" alt="a cat" loading="lazy"></p>\n'


def test_task_boxes_have_a_name_and_cannot_be_changed() -> None:
    assert render("- [x] a\n- [ ] b") == (
        '<ul>\n<li><input type="checkbox" disabled="" checked="" aria-label="Done"> a</li>\n'
        '<li><input type="checkbox" disabled="" aria-label="Not done"> b</li>\n</ul>\n'
    )


def test_columns_of_a_table_are_aligned_without_style() -> None:
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert '<th align="center">a</th>' in html
    assert '<td align="right">2</td>' in html
    assert "style" not in html


def test_fenced_code_is_highlighted_by_its_language() -> None:
    html = render("```py\nreturn 1\n```")
    assert (
        html == '<pre class="highlight"><code><span class="k">return </span><span class="n">1</span>\n</code></pre>\n'
    )


def test_code_of_many_languages_loses_its_colours_and_no_text() -> None:
    languages = ["py", "js", "c", "go", "rust", "lua", "ruby", "perl", "php", "java"]
    html = render("\n".join(f"```{name}\n1\n```" for name in languages))
    assert html.count('<span class="n">1</span>') == 8
    assert text_of(html).split() == ["1"] * 10


def test_characters_that_html_cannot_hold_are_replaced() -> None:
    assert render("a\0b\ud800c") == "<p>a\ufffdb\ufffdc</p>\n"


def nested_list(depth: int) -> str:
    return "".join(f"{'  ' * level}- level {level}\n" for level in range(depth))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 210_000, id="1 MB"),
        pytest.param("![" * 20_000, id="openers of pictures"),
        pytest.param("*a_ " * 60_000, id="emphasis"),
        pytest.param(">" * 1_000 + "x", id="quotes"),
        pytest.param(nested_list(200), id="lists in lists"),
        pytest.param("[a]: /" + "x" * 50_000 + "\n\n" + "[a] " * 3_000, id="one long address many times"),
        pytest.param("|".join("a" * 300) + "\n" + "|".join("-" * 300) + "\n" + "a\n" * 3_000, id="cells left out"),
    ],
)
def test_a_text_that_would_take_long_is_shown_as_it_is(text: str) -> None:
    html = render(text)
    assert html.startswith('<pre class="highlight"><code>')
    assert text_of(html) == text


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "![",
            "[",
            "[a](<b",
            "*a **b",
            "_a ",
            "~~a ",
            "`a ``",
            "<a ",
            "&a",
            "\\",
            "> a\n",
            "- a\n",
            "- [ ] a\n",
            "[a]: b\n",
        ),
        *(
            "http://",
            "http://a.b ",
            "中https://a.b",
            "www.a.b===",
            "a@b.c",
            "://",
            "www.",
            "a@",
            "| a ",
            "\r",
            "```\n",
            "[a]",
        ),
        *(
            "[x](",
            "x](",
            '[a](b "',
            "<http://",
            "&#x41;",
            "http://a)",
            "<!--",
            "1. a\n\n",
            "a\n=\n",
            "    a\n",
            "%41[^(",
        ),
    ],
)
def test_the_largest_texts_that_are_parsed_take_about_a_second(unit: str) -> None:
    signs = sum(map(unit.count, "\n\r[]!*_~`<>&|\\+-#:@=")) or 1
    text = unit * min(MAX_LENGTH // len(unit), 20_000 // signs)
    html = render(text)
    assert broken_rules(html) == []
    assert len(html) < 24 * len(text) + 50_000


def test_code_made_to_be_slow_takes_about_a_second() -> None:
    text = ("```c\n" + "\n" * 1_400 + "```\n\n") * 12
    render(text)


def test_a_list_as_deep_as_people_write_is_a_list() -> None:
    assert render(nested_list(8)).count("<ul>") == 8
