"""What HTML that came from a user's text may hold, written down a second time and read by another parser."""

import re
from html.parser import HTMLParser

TAGS = {
    *(
        "a",
        "bdi",
        "blockquote",
        "br",
        "code",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "input",
        "li",
        "ol",
        "p",
    ),
    *("pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
VOID = {"br", "hr", "img", "input"}
RULES = {
    ("a", "href"): r"(?i)(https?:|mailto:)[^\s<>]*|(?![a-z][a-z0-9+.-]*:)[^\s<>\\]*",
    ("a", "rel"): r"nofollow ugc noopener noreferrer",
    ("a", "title"): r"(?s).*",
    ("img", "src"): r"/(?!/)[^\s<>\\]*",
    ("img", "alt"): r"(?s).*",
    ("img", "title"): r"(?s).*",
    ("img", "loading"): r"lazy",
    ("input", "type"): r"checkbox",
    ("input", "disabled"): r"",
    ("input", "checked"): r"",
    ("input", "aria-label"): r"Done|Not done",
    ("ol", "start"): r"\d{1,9}",
    ("pre", "class"): r"highlight",
    ("span", "class"): r"[a-z]|g[dehis]|bidi|control",
    ("span", "title"): r"U\+[0-9A-F]{4,6}",
    ("td", "align"): r"left|center|right",
    ("th", "align"): r"left|center|right",
}
REQUIRED = {"a": "rel", "input": "disabled", "span": "class", "img": "alt"}


class _Rules(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.broken.append(f"<{tag}>")
        if tag == "a" and "a" in self.open:
            self.broken.append("a link within a link")
        if REQUIRED.get(tag, "") not in {"", *dict(attrs)}:
            self.broken.append(f"<{tag}> without {REQUIRED[tag]}")
        for name, value in attrs:
            if not re.fullmatch(RULES.get((tag, name), r"(?!)"), value or ""):
                self.broken.append(f"<{tag} {name}={value!r}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.broken.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.broken.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.broken.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.broken.append(f"declaration {data!r}")


def broken_rules(html: str) -> list[str]:
    """Return what in the HTML is not allowed: an empty list for HTML that may stand in a page."""
    rules = _Rules()
    rules.feed(html)
    rules.close()
    html.encode("utf-8")
    return rules.broken + [f"<{tag}> left open" for tag in rules.open]
