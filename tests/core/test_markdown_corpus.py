"""The specifications' own examples, and attacks that others collected."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from commonplace.core.markdown import render
from tests.core.html_rules import broken_rules

pytestmark = pytest.mark.corpus

# Schemes other than http, https and mailto are not taken: 596, 598, 599, 601. Bare addresses are links here, as GitHub
# has it: 602, 606, 608, 611, 612.
DIFFERENT = {"Autolinks": [596, 598, 599, 601, 602, 606, 608, 611, 612]}

# Examples that hold raw HTML, which is shown as text here.
WITH_HTML = {
    "HTML blocks": 44,
    "Raw HTML": 13,
    "Links": 4,
    "Emphasis and strong emphasis": 3,
    "Lists": 2,
    "Hard line breaks": 2,
    "Backslash escapes": 1,
    "Entity and numeric character references": 1,
    "Link reference definitions": 1,
    "Code spans": 1,
}

BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "hr", "br"} | {
    *("table", "thead", "tbody", "tr", "th", "td")
}
IGNORED_ATTRIBUTES = {"class", "rel", "loading", "aria-label"}


class Outline(HTMLParser):
    """What an HTML text says, without the space that does not count.

    Of HTML from a specification (`foreign`) it says what this site makes of it: headings one level lower, pictures from
    elsewhere as links.
    """

    def __init__(self, html: str, *, foreign: bool) -> None:
        super().__init__()
        self.foreign = foreign
        self.parts: list[Any] = []
        self.open: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs if name not in IGNORED_ATTRIBUTES}
        if self.foreign and tag == "img" and not re.match(r"/(?!/)", values["src"]):
            return self.add_picture(values)
        self.open[tag] += 1
        if tag != "span":
            self.add((self.lower(tag), *sorted(values.items())))
        return None

    def add_picture(self, values: dict[str, str]) -> None:
        name = values["alt"] or values["src"]
        if self.open["a"]:
            return self.handle_data(name)
        link = {"href": values["src"]} | ({"title": values["title"]} if "title" in values else {})
        self.handle_starttag("a", list(link.items()))
        self.handle_data(name)
        return self.handle_endtag("a")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.open[tag] -= 1
        if tag != "span":
            self.add(("/" + self.lower(tag),))

    def lower(self, tag: str) -> str:
        if self.foreign:
            tag = {"del": "s"}.get(tag, tag)
            return re.sub(r"^h([1-5])$", lambda found: f"h{int(found[1]) + 1}", tag)
        return tag

    def add(self, part: tuple[Any, ...]) -> None:
        if part[0].removeprefix("/") in BLOCKS and self.parts and isinstance(self.parts[-1], str):
            if not self.open["pre"]:
                self.parts[-1] = self.parts[-1].rstrip()
            if not self.parts[-1]:
                self.parts.pop()
        self.parts.append(part)

    def handle_data(self, data: str) -> None:
        if self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += data
        else:
            after_block = not self.parts or self.parts[-1][0].removeprefix("/") in BLOCKS
            text = data.lstrip() if after_block and not self.open["pre"] else data
            if text:
                self.parts.append(text)


def outline(html: str, *, foreign: bool = False) -> list[Any]:
    return Outline(html.rstrip(), foreign=foreign).parts


def has_html(tokens: Iterable[Token]) -> bool:
    return any(token.type.startswith("html_") or has_html(token.children or []) for token in tokens)


def read(corpus: Path, name: str) -> list[Any]:
    return json.loads((corpus / "text" / f"{name}.json").read_text(encoding="utf-8"))


def test_examples_of_commonmark_without_html_come_out_as_specified(corpus: Path) -> None:
    parser = MarkdownIt("commonmark")
    left_out: Counter[str] = Counter()
    different: dict[str, list[int]] = {}
    for example in read(corpus, "commonmark-0.31.2"):
        if has_html(parser.parse(example["markdown"])):
            left_out[example["section"]] += 1
        elif outline(render(example["markdown"])) != outline(example["html"], foreign=True):
            different.setdefault(example["section"], []).append(example["example"])
    assert different == DIFFERENT
    assert left_out == WITH_HTML


def test_examples_of_github_come_out_as_specified(corpus: Path) -> None:
    examples = read(corpus, "gfm-extensions")
    assert len(examples) == 12
    for example in examples:
        assert outline(render(example["markdown"])) == outline(example["html"], foreign=True)


@pytest.mark.parametrize("name", ["markdown-xss", "xss-payloads", "naughty-strings", "urls", "names"])
def test_attacks_come_out_as_html_that_keeps_the_rules(corpus: Path, name: str) -> None:
    for case in read(corpus, name):
        for text in [case] if isinstance(case, str) else [str(value) for value in case.values()]:
            for context in (
                "{}",
                "[x]({})",
                "![x]({})",
                "<{}>",
                "[a]: {}\n\n[a]",
                "```{}\n{}\n```",
                "| {} |\n|-|\n| {} |",
            ):
                assert broken_rules(render(context.replace("{}", text))) == []


def test_slow_texts_come_out_in_about_a_second(corpus: Path) -> None:
    for case in read(corpus, "markdown-slow"):
        html = render(case["markdown"])
        assert len(outline(html)) > 0
