"""Text that a person wrote in Markdown to HTML that may stand in a page: the only way from the one to the other.

The parser takes no HTML, and what it makes goes through a sanitiser with lists of its own as the very last step;
nothing may be done to the result but to print it.
"""

import re
import time
from collections.abc import Iterator, Sequence

import mdurl
import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from commonplace.core import highlight
from commonplace.core.highlight import (
    MARK_CLASSES,
    MAX_MARKS,
    TOKEN_CLASSES,
    count_bidi_controls,
    highlight_code,
    mark_bidi_controls,
    spell_bidi_controls,
)
from commonplace.core.markdown_words import Linked, link, link_words, plain, without_punctuation

FORMAT_VERSION = f"1-{highlight.FORMAT_VERSION}"
"""Changes whenever the same text comes out as other HTML: for keys of caches."""

MAX_LENGTH = 256 * 1024
MAX_SIGNS = 20_000
MAX_NESTING = 20
MAX_GROWTH = 16

MAX_CODE = 32 * 1024
MAX_LANGUAGES = 8
CODE_SECONDS = 1.0
"""How much code is highlighted in one text: characters, languages (each has a lexer to import), and processor time,
which only code made to be slow comes near."""

_SIGNS = "\n[]!*_~`<>&|\\+-#:@="
"""Where the parser stops to think, which takes it up to 30 µs each."""

_LINK = re.compile(r"(?:https?|mailto):|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
"""With any other scheme the link stays the text it is."""

_SCHEME = re.compile(r"(?:^|[^a-z0-9])(https?)$", re.IGNORECASE)
_ADDRESS = re.compile(r"://[^\W_][^\s<]*")
_sanitiser = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "input"),
        *("em", "strong", "s", "a", "img", "code", "pre", "span", "bdi"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    },
    clean_content_tags=set(),
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "span": {"title"}},
    tag_attribute_values={
        "input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}, "aria-label": {"Done", "Not done"}},
        "img": {"loading": {"lazy"}},
        "th": {"align": {"left", "center", "right"}},
        "td": {"align": {"left", "center", "right"}},
    },
    allowed_classes={"span": set(TOKEN_CLASSES | MARK_CLASSES), "pre": {"highlight"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener noreferrer",
)


def render(text: str, linked: Linked | None = None) -> str:
    """Return a text in Markdown as safe HTML; any text whatever has some.

    `linked` says of each word with a sign, such as `@ada` or `#bread`, where it leads, if anywhere. It is asked of
    those in plain text alone: not in code or links, not within a word or an address, and not behind a backslash.

    CommonMark 0.31 with GitHub's tables, task lists, strikethrough and bare addresses. What a person wrote stays
    below the page's `h1` and has no id. A picture that is not on this site becomes a link to it, for a page asks
    nobody else for anything. Characters that change the order of text are marked, as in a listing.

    No text takes more than about a second: one that is longer than 256 KiB, has more than 20,000 line ends and
    signs that could be markup, nests deeper than 20 levels or would grow to 16 times its length is shown as it is,
    in one `<pre>`. (The cost is in proportion to length, to signs times nesting and to output, each bounded.)
    """
    text = _without_oddities(text)
    environment: EnvType = {"linked": linked}
    tokens = _parse(text, environment)
    html = highlight_code(text, None) if tokens is None else _renderer.render(tokens, _parser.options, environment)
    return _sanitiser.clean(html)


def _is_heavy(text: str) -> bool:
    return len(text) > MAX_LENGTH or sum(map(text.count, _SIGNS)) > MAX_SIGNS or count_bidi_controls(text) > MAX_MARKS


def list_words(text: str) -> list[str]:
    """Return the words with a sign in a text, in their order: those of which `render` asks where they lead."""
    words: list[str] = []

    def note(word: str) -> None:
        words.append(word)

    return words if _parse(_without_oddities(text), {"linked": note}) is not None else []


def _without_oddities(text: str) -> str:
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")


def _parse(text: str, environment: EnvType) -> Sequence[Token] | None:
    """Return a text as tokens; None where that would take too long, or they would be too deep or too long."""
    if _is_heavy(text):
        return None
    tokens = _parser.parse(text, environment)
    if max((token.level for token in tokens), default=0) >= MAX_NESTING - 1:
        return None  # the parser drops what lies deeper
    return tokens if sum(map(_length, tokens)) <= MAX_GROWTH * len(text) + 20_000 else None


def _length(token: Token) -> int:
    attributes = sum(len(str(value)) for value in token.attrs.values())
    return 2 * len(token.tag) + 5 + len(token.content) + attributes + sum(map(_length, token.children or ()))


class _Parser(MarkdownIt):
    """The parser with our own word on links: no domain is rewritten, and only three schemes are taken."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name for it
        return mdurl.encode(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - likewise
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - likewise
        return _LINK.match(url) is not None


class _Renderer(RendererHTML):
    """The renderer with our own code blocks, marks, and task boxes that have a name for who cannot see them."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return mark_bidi_controls(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{mark_bidi_controls(tokens[idx].content)}</code>"

    def renderInlineAsText(  # noqa: N802 - the parser's name for it
        self, tokens: Sequence[Token] | None, options: OptionsDict, env: EnvType
    ) -> str:
        return spell_bidi_controls(super().renderInlineAsText(tokens, options, env))

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        started = time.thread_time()
        is_coloured = env.get("code seconds", 0.0) < CODE_SECONDS
        html = highlight_code(tokens[idx].content, tokens[idx].info if is_coloured else None)
        env["code seconds"] = env.get("code seconds", 0.0) + time.thread_time() - started
        return html + "\n"

    code_block = fence

    def sign(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return tokens[idx].content

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        item = self.renderToken(tokens, idx, options, env)
        match tokens[idx].meta.get("checked"):
            case True:
                return item + '<input type="checkbox" disabled="" checked="" aria-label="Done"> '
            case False:
                return item + '<input type="checkbox" disabled="" aria-label="Not done"> '
        return item


def _link_address(state: StateInline, silent: bool) -> bool:
    """Make a link of `https://…` where its colon is met, before emphasis can claim what stands in it (GFM 6.9)."""
    if silent or state.linkLevel or state.src[state.pos] != ":":
        return False
    scheme = _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])
    if not scheme or not state.pending.endswith(scheme[1]):
        return False
    address = _ADDRESS.match(state.src, state.pos, state.posMax)
    if not address:
        return False
    rest = without_punctuation(address[0])
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": mdurl.encode(scheme[1] + rest)}
    state.push("text", "", 0).content = scheme[1] + rest
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _set_apart(state: StateCore) -> None:
    """Keep a sign apart that stands behind a backslash: it begins no word. To be done before texts are joined."""
    for block in state.tokens:
        for token in block.children or []:
            if token.type == "text_special" and token.content in ("@", "#"):
                token.type = "sign"


def _adapt(state: StateCore) -> None:
    """Make of the parser's tokens what a page of this site can hold; the last of the parser's own rules."""
    code = 0
    languages: set[str] = set()
    for token in state.tokens:
        if token.type == "inline":
            token.children = list(_adapt_inline(token.children or [], state.env.get("linked")))
        elif token.tag in _BELOW:
            token.tag = _BELOW[token.tag]
        elif "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}
        elif token.type == "fence":
            code += len(token.content)
            languages.update(token.info.split()[:1])
            within = code <= MAX_CODE and len(languages) <= MAX_LANGUAGES
            token.info = (token.info.split() or [""])[0] if within else ""


_BELOW = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}


def _adapt_inline(tokens: Sequence[Token], linked: Linked | None) -> Iterator[Token]:
    links = 0
    neighbours = _neighbours(tokens)
    for token, (before, after) in zip(tokens, neighbours, strict=True):
        if "title" in token.attrs:
            token.attrs["title"] = spell_bidi_controls(str(token.attrs["title"]))
        links += token.nesting if token.tag == "a" else 0
        if token.type == "image":
            yield from _adapt_picture(token, in_link=links > 0)
        elif token.type == "text" and not links:
            yield from link_words(token.content, linked, before, after)
        else:
            yield token


def _neighbours(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield the sign right before each token, and that right after it; emphasis between has none of its own."""
    afters, after = [], ""
    for token in reversed(tokens):
        afters.append(after)
        after = "" if token.type in _BREAKS else (token.content[:1] or after)
    before = ""
    for token in tokens:
        yield before, afters.pop()
        before = "" if token.type in _BREAKS else (token.content[-1:] or before)


_BREAKS = {"softbreak", "hardbreak", "image"}


def _adapt_picture(token: Token, *, in_link: bool) -> Iterator[Token]:
    source = str(token.attrs["src"])
    if source.startswith("/") and not source.startswith("//"):
        token.attrs["loading"] = "lazy"
        yield token
        return
    name = _renderer.renderInlineAsText(token.children, _parser.options, {}) or source
    yield from [plain(name)] if in_link else link(source, name, token.attrs.get("title"))


def _make_parser() -> _Parser:
    options = {"html": False, "xhtmlOut": False, "tasklists": True, "maxNesting": MAX_NESTING}
    parser = _Parser("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.push("address", _link_address)
    parser.core.ruler.before("text_join", "set_apart", _set_apart)
    parser.core.ruler.push("adapt", _adapt)
    return parser


_parser = _make_parser()
_renderer = _Renderer()
