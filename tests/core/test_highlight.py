import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import commonplace.web
from commonplace.core.highlight import (
    MARK_CLASSES,
    MAX_LENGTH,
    MAX_LINE_LENGTH,
    TOKEN_CLASSES,
    has_bidi_controls,
    highlight_code,
    highlight_lines,
    list_languages,
)

CSS = (Path(commonplace.web.__file__).parent / "static" / "css" / "highlight.css").read_text(encoding="utf-8")
TOKENS_CSS = (Path(commonplace.web.__file__).parent / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
ALIASES = [
    "python",
    "html",
    "php",
    "c",
    "json",
    "bash",
    "diff",
    "markdown",
    "yaml",
    "js",
    "sql",
    "console",
    "text",
    "nope",
    None,
]
CODE = st.lists(
    st.sampled_from(
        [
            *(
                "def f(x):",
                "return",
                "class A",
                "\n",
                "\n\n",
                "\r\n",
                "\r",
                " ",
                "\t",
                '"',
                "'",
                '"""',
                "/*",
                "*/",
                "//",
                "#",
                "<?php",
            ),
            *(
                "<a href=",
                ">",
                "<script>",
                "</script>",
                "&amp;",
                "&",
                "{",
                "}",
                "$x",
                "@",
                "1.5",
                "0x",
                "\\",
                "`",
                "+a\n",
                "-b\n",
                "```",
            ),
            *(
                "\0",
                "\x1b[31m",
                "\u202e",
                "\u2066",
                "\u200b",
                "\ufeff",
                "\u200d",
                "\U0001f469",
                "\ud800",
                "é",
                "\x85",
                "\u2028",
                "\x0c",
            ),
        ]
    )
).map("".join)


class Lines(HTMLParser):
    """The text of some HTML, which may hold nothing but balanced spans and marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert (tag, *values) in {("span", "class"), ("span", "class", "title"), ("bdi",)}
        assert values.get("class", "c") in TOKEN_CLASSES | MARK_CLASSES
        assert re.fullmatch(r"U\+[0-9A-F]{4,6}", values.get("title") or "U+0000")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(line: str) -> str:
    return Lines(line).text


def as_html_holds_it(content: str) -> list[str]:
    return re.sub("[\0\ud800-\udfff]", "\ufffd", content).split("\n")


@given(CODE | st.text(), st.sampled_from(ALIASES))
@example("\n\n  x = 1  \n\n", "python")
@example("", "python")
@example("\r\n\r", "c")
@example("#!/x\r\n'''\r\na", "python")
def test_lines_say_exactly_what_the_text_says(content: str, alias: str | None) -> None:
    lines = highlight_lines(content, alias)
    assert [text_of(line) for line in lines] == as_html_holds_it(content)
    assert not re.search("[\r\n\0]", "".join(lines))
    "".join(lines).encode("utf-8")


@pytest.mark.parametrize("language", list_languages(), ids=lambda language: language.alias)
def test_every_language_keeps_the_text(language: object) -> None:
    content = "\n\n/* <a> & */ def f(x): '1'\r\n\tif x {{ y }} <?php $z ?>\n# é\n+a\n-b\n\n"
    alias = getattr(language, "alias")  # noqa: B009
    assert [text_of(line) for line in highlight_lines(content, alias)] == content.split("\n")


def test_tokens_have_short_classes_and_plain_names_and_space_have_none() -> None:
    assert highlight_lines("def add(a, b):  # sum\n    return a + 1", "py") == [
        '<span class="k">def </span><span class="f">add</span>(a, b):  <span class="c"># sum</span>',
        '    <span class="k">return </span>a + <span class="n">1</span>',
    ]


def test_a_token_over_several_lines_is_closed_and_opened_again_on_each() -> None:
    assert highlight_lines('x = """a\n\nb"""', "python") == [
        'x = <span class="s">"""a</span>',
        "",
        '<span class="s">b"""</span>',
    ]


def test_a_line_end_of_windows_stays_without_making_another_line() -> None:
    assert highlight_lines("a\r\nb", None) == ["a&#13;", "b"]
    assert highlight_lines("a\rb", None) == ['a<span class="control" title="U+000D"><bdi>&#13;</bdi></span>b']


@pytest.mark.parametrize("character", [chr(c) for c in (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x200E, 0x200F, 0x61C)])
def test_characters_that_turn_text_around_are_marked(character: str) -> None:
    mark = f'<span class="bidi" title="U+{ord(character):04X}"><bdi>{character}</bdi></span>'
    assert highlight_lines(f"a{character}b", None) == [f"a{mark}b"]
    assert has_bidi_controls(f"a{character}b")


@pytest.mark.parametrize(
    "character", ["\x1b", "\x08", "\x7f", "\x9b", "\xad", "\u200b", "\u200d", "\u2028", "\ufeff", "\U000e0041"]
)
def test_other_characters_that_cannot_be_seen_are_marked(character: str) -> None:
    mark = f'<span class="control" title="U+{ord(character):04X}"><bdi>{character}</bdi></span>'
    assert highlight_lines(f'"{character}"', "python") == [f'<span class="s">"{mark}"</span>']
    assert not has_bidi_controls(character)


@pytest.mark.parametrize("picture", ["👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥", "🐶"])
def test_emoji_made_of_several_characters_are_left_whole(picture: str) -> None:
    assert highlight_lines(picture, None) == [picture]


def test_a_text_full_of_invisible_characters_stays_of_a_size() -> None:
    html = "".join(highlight_lines("\u202e\x01" * 200_000, None))
    assert html.count('class="bidi"') == 1_000
    assert html.count("\ufffd") == 398_000
    assert len(html) < 600_000


def test_a_block_of_code_holds_its_lines() -> None:
    assert highlight_code("\na < b\n", None) == '<pre class="highlight"><code>\na &lt; b\n</code></pre>'


@pytest.mark.parametrize("content", ["x = 1\n" * (MAX_LENGTH // 6 + 1), "x = 1" + " " * MAX_LINE_LENGTH])
def test_a_text_too_large_is_shown_without_tokens(content: str) -> None:
    assert highlight_lines(content, "python") == content.split("\n")


def test_a_text_just_small_enough_has_tokens() -> None:
    line = "number_of_pages = count_all_pages(book)  # of one book\n"
    assert '<span class="c">' in highlight_lines(line * (MAX_LENGTH // len(line)), "python")[0]
    assert '<span class="n">1 ' in highlight_lines("x = 1".ljust(MAX_LINE_LENGTH), "python")[0]


@pytest.mark.parametrize(
    ("unit", "alias"),
    [
        *(("\n", "c"), ("/*\n", "java"), ('\\"', "actionscript"), ("\U0001d59f\n", "csharp"), ("{%\n", "html+jinja")),
        *(("<script>\n", "html"), ("`a\n", "markdown"), ("<<a\n", "bash"), ('"""\n', "python"), (":  ", "ini")),
        *(("- \n", "yaml"), ("\n", "matlab"), ("[[][1a]", "org"), ("\n\n", "xml+mako"), ("<<script>", "aspx-vb")),
    ],
)
def test_a_text_made_to_be_slow_takes_about_a_second(unit: str, alias: str) -> None:
    line = unit if "\n" in unit else (unit * MAX_LINE_LENGTH)[: MAX_LINE_LENGTH - 1] + "\n"
    content = (line * (MAX_LENGTH // len(line) + 1))[:MAX_LENGTH]
    highlight_lines(content, alias)


def test_a_language_with_a_far_sighted_lexer_has_tokens_in_short_texts_alone() -> None:
    assert '<span class="n">1</span>' in highlight_lines("x = 1;\n" * 100, "matlab")[0]
    assert highlight_lines("x = 1;\n" * 1_000, "matlab")[0] == "x = 1;"


@pytest.mark.corpus
def test_real_and_nasty_files_are_shown_exactly(corpus: Path) -> None:
    files = json.loads((corpus / "snippets" / "manifest.json").read_text(encoding="utf-8"))
    for file in files:
        content = (corpus / "snippets" / file["file"]).read_bytes().decode("utf-8", errors="replace")
        lines = highlight_lines(content, file["file"].rpartition(".")[2])
        assert [text_of(line) for line in lines] == as_html_holds_it(content), file["file"]
    assert len(files) > 50


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2) of `#rrggbb` or `oklch(l c h)`."""
    if colour.startswith("#"):
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    else:
        lightness, chroma, hue = (float(part) for part in colour[len("oklch(") : -1].split())
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
        green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
        blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def colours(css: str) -> dict[str, tuple[float, float]]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}|oklch\([^)]+\)), (#\w{6}|oklch\([^)]+\))\)", css)
    return {name: (luminance(light), luminance(dark)) for name, light, dark in found}


def test_colours_of_code_can_be_read_on_every_ground_in_light_and_dark() -> None:
    grounds = colours(TOKENS_CSS)
    inks = colours(CSS)
    assert len(inks) == 12
    for name, ink in inks.items():
        for ground in ("paper", "raised", "sunken", "mark"):
            for one, other in zip(ink, grounds[ground], strict=True):
                assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5, (name, ground)


def test_every_class_has_a_rule_in_the_style_sheet() -> None:
    ruled = set(re.findall(r"\.([a-z]+)\b", CSS.partition("*/")[2]))
    assert ruled == TOKEN_CLASSES | MARK_CLASSES | {"highlight"}
