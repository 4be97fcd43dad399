"""The languages Pygments knows: to choose from, to find by a word, and to guess from a file.

All is read from Pygments' own table, so that no lexer is imported before a text is lexed.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from pygments.lexers import get_all_lexers

_COMMON = {
    "text": "Plain text",
    "bash": "Bash",
    "c": "C",
    "cpp": "C++",
    "csharp": "C#",
    "clojure": "Clojure",
    "cmake": "CMake",
    "css": "CSS",
    "dart": "Dart",
    "diff": "Diff",
    "docker": "Docker",
    "elixir": "Elixir",
    "erlang": "Erlang",
    "fsharp": "F#",
    "gas": "Assembly",
    "go": "Go",
    "groovy": "Groovy",
    "haskell": "Haskell",
    "xml": "XML",
    "html": "HTML",
    "ini": "INI",
    "java": "Java",
    "javascript": "JavaScript",
    "json": "JSON",
    "julia": "Julia",
    "kotlin": "Kotlin",
    "lua": "Lua",
    "make": "Makefile",
    "markdown": "Markdown",
    "nginx": "nginx",
    "nix": "Nix",
    "objective-c": "Objective-C",
    "ocaml": "OCaml",
    "perl": "Perl",
    "php": "PHP",
    "powershell": "PowerShell",
    "python": "Python",
    "r": "R",
    "ruby": "Ruby",
    "rust": "Rust",
    "scala": "Scala",
    "scss": "SCSS",
    "sql": "SQL",
    "swift": "Swift",
    "tex": "TeX",
    "toml": "TOML",
    "typescript": "TypeScript",
    "verilog": "Verilog",
    "yaml": "YAML",
    "zig": "Zig",
}
"""Aliases and names of the languages listed first; an extension that several use is the first one's."""

_UNBOUNDED = frozenset({"nit", "pawn", "tads3", "tnt"})
"""Lexers that are not offered: one step of theirs can take many seconds on a text of a few kilobytes."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language to choose; its alias and its extensions, whole file names among them, all lead back to it."""

    name: str
    alias: str
    extensions: tuple[str, ...]


class _Lexer(NamedTuple):
    """What Pygments' own table says of a lexer, in lower case but for the name."""

    name: str
    aliases: tuple[str, ...]
    extensions: tuple[str, ...]


class _Index(NamedTuple):
    languages: dict[str, Language]  # by alias
    words: dict[str, str]  # extension, whole file name or alias -> alias


def _list_lexers() -> Iterator[_Lexer]:
    for name, aliases, globs, _ in get_all_lexers(plugins=False):
        if aliases and aliases[0] not in _UNBOUNDED:
            alias = next((each for each in aliases if each in _COMMON), aliases[0])
            words = [glob.removeprefix("*.").lower() for glob in sorted(globs, key=_is_whole_name)]
            plain = tuple(dict.fromkeys(word for word in words if not re.search(r"[*?\[]", word)))
            yield _Lexer(_COMMON.get(alias, name), (alias, *aliases), plain)


def _is_whole_name(glob: str) -> bool:
    return not glob.startswith("*.")


@functools.cache
def _index() -> _Index:
    ranks = {alias: rank for rank, alias in enumerate(_COMMON)}
    lexers = sorted(_list_lexers(), key=lambda lexer: (ranks.get(lexer.aliases[0], len(ranks)), lexer.name))
    claims = chain(
        ((lexer, lexer.extensions + lexer.aliases[:1]) for lexer in lexers[: len(ranks)]),
        ((lexer, lexer.aliases[:1]) for lexer in lexers),
        ((lexer, lexer.extensions) for lexer in lexers),
        ((lexer, lexer.aliases) for lexer in lexers),
    )
    words: dict[str, str] = {}
    for lexer, claimed in claims:
        for word in claimed:
            words.setdefault(word, lexer.aliases[0])
    languages = {
        alias: Language(name, alias, tuple(word for word in extensions if words[word] == alias))
        for name, (alias, *_), extensions in lexers
        if words[alias] == alias
    }
    return _Index(languages, words)


@functools.cache
def list_languages() -> tuple[Language, ...]:
    """Return every language, the common ones first, both parts by name."""
    languages = _index().languages.values()
    return tuple(sorted(languages, key=lambda each: (each.alias not in _COMMON, each.name.casefold())))


@functools.cache
def list_common_languages() -> tuple[Language, ...]:
    """Return the languages that most texts are in, by name."""
    return tuple(language for language in list_languages() if language.alias in _COMMON)


def find_language(extension: str) -> Language | None:
    """Return the language of an extension (`py`), a whole file name (`Makefile`) or an alias (`python`)."""
    index = _index()
    return index.languages.get(index.words.get(extension.lower(), ""))


_INTERPRETERS = {"node": "js", "deno": "ts", "bun": "ts", "dash": "sh", "ash": "sh", "tclsh": "tcl", "runghc": "hs"}

_MODELINES = re.compile(
    r"\b(?:vim?|ex): ?(?:set? )?(?:[^\s:]+[\s:])*?(?:ft|filetype|syn|syntax)=([\w+-]+)"
    r"|-\*-(?:.*?\bmode:)? *([\w+-]+) *(?:;.*)?-\*-"
)

_TELLING = tuple(
    (extension, re.compile(pattern, re.MULTILINE | re.ASCII))
    for extension, pattern in (
        ("php", r"\A<\?php"),
        ("xml", r"\A<\?xml\b|\A<svg\b"),
        ("html", r"(?i:\A\s*<(?:!doctype html|html)\b)"),
        ("diff", r"\A(?:diff --|Index: |--- \S.*\n\+\+\+ )"),
        ("yaml", r"\A(?:%YAML|---)\s*$"),
        ("json", r"\A\s*(?:\{\s*\"[^\"\n]*\"\s*:|\[\s*[\[{\"])"),
        ("tex", r"\A\s*\\documentclass\b"),
        ("pytb", r"\ATraceback \(most recent call last\):$"),
        ("http", r"\A(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+ HTTP/|\AHTTP/\d"),
        ("docker", r"\AFROM \S+(?: AS \S+)?$"),
        ("ini", r"\A\[[\w .:-]+\]$"),
        ("c", r"^#include [<\"]"),
        ("go", r"^package \w+$(?=[\s\S]{0,2000}^(?:import [(\"]|func |type ))"),
        ("cs", r"^(?:using System|namespace [\w.]+ ?[;{]?$)"),
        (
            "java",
            r"^(?:import java[\w.]*;|package [\w.]+;|public (?:final |abstract )?(?:class|interface|enum|record) )",
        ),
        ("rs", r"^(?:use (?:std|crate)::|(?:pub )?fn \w+|#!?\[(?:derive|allow|cfg)\b)"),
        ("py", r"^(?:from [\w.]+ import |if __name__ ==|def \w+\(.{0,99}:$|class \w+.{0,99}:$)"),
        ("js", r"^(?:import .{0,99} from [\"']|(?:const|let|var) \w+ = |function \w+\(|[\"']use strict)"),
        ("rb", r"^(?:require(?:_relative)? [\"']|(?:module|class) [A-Z]\w*$)"),
        ("sql", r"(?i:^(?:select\s.{1,99}\sfrom\s|create (?:table|view|index) |insert into |alter table ))"),
        ("css", r"^[.#]?[\w-]+ \{\n\s+[\w-]+: ?[^;\n]{1,99};$"),
    )
)
"""The first that is found in the head of a text names its extension."""


def guess_extension(name: str, content: str) -> str:
    """Return the extension of a text by its file name, else by what its first or last lines say; `""` if nothing fits.

    A file known by its whole name, such as `Makefile`, gets the first extension of its language.
    """
    return _extension_of_name(name) or _extension_of_content(content)


def _extension_of_name(name: str) -> str:
    base = re.split(r"[/\\]", name)[-1].strip().lower()
    language = find_language(base)
    if language and base in language.extensions:
        return language.extensions[0]
    parts = base.split(".")[1:][-3:]
    endings = (".".join(parts[start:]) for start in range(len(parts)))
    return next((ending for ending in endings if find_language(ending)), "")


def _extension_of_content(content: str) -> str:
    head, tail = content[:4096], content[-512:]
    for word in _declared(head, tail):
        language = find_language(_INTERPRETERS.get(word, word))
        if language:
            return next(iter(language.extensions), language.alias)
    return next((extension for extension, pattern in _TELLING if pattern.search(head)), "")


def _declared(head: str, tail: str) -> Iterator[str]:
    """Yield what a text says of itself: the program in its `#!` line, the mode in a line for Vim or Emacs."""
    lines = head.split("\n", 5)[:5] + tail.split("\n")[-5:]
    if lines[0].startswith("#!"):
        words = [word.rpartition("/")[2] for word in lines[0][2:].split()]
        programs = [word for word in words if word != "env" and not re.search(r"^-|=", word)]
        yield from (re.sub(r"[\d.]+$", "", program) for program in programs[:1])
    for line in lines:
        found = _MODELINES.search(line[:200])
        if found:
            yield found[1] or found[2]
