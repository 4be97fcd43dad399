import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.highlight import find_language, guess_extension, list_languages


def test_every_word_of_a_language_leads_back_to_it() -> None:
    languages = list_languages()
    assert len(languages) > 500
    for language in languages:
        assert find_language(language.alias) == language
        assert all(find_language(extension) == language for extension in language.extensions)


def test_no_two_languages_share_a_name_for_the_select_box() -> None:
    languages = list_languages()
    assert len({language.alias for language in languages}) == len(languages)
    assert len({language.name for language in languages}) == len(languages)


def test_common_languages_come_first_and_both_parts_are_sorted() -> None:
    names = [language.name.casefold() for language in list_languages()]
    first = names.index("zig") + 1
    assert "python" in names[:first]
    assert first < 60
    assert names[:first] == sorted(names[:first])
    assert names[first:] == sorted(names[first:])


@pytest.mark.parametrize(
    ("word", "alias"),
    [
        *(("py", "python"), ("PY", "python"), ("python", "python"), ("Makefile", "make"), ("dockerfile", "docker")),
        *(
            ("h", "c"),
            ("pl", "perl"),
            ("r", "r"),
            ("sql", "sql"),
            ("m", "objective-c"),
            ("v", "verilog"),
            ("asm", "nasm"),
        ),
        *(("erl", "erlang"), ("js", "javascript"), ("c++", "cpp"), ("txt", "text"), ("CMakeLists.txt", "cmake")),
    ],
)
def test_a_word_finds_its_most_common_language(word: str, alias: str) -> None:
    language = find_language(word)
    assert language is not None
    assert language.alias == alias


@pytest.mark.parametrize("word", ["", "gz", "no-such-language", "\0", "p" * 10_000, "*.py", "\ud800", "pawn"])
def test_an_unknown_word_finds_nothing(word: str) -> None:
    assert find_language(word) is None


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        *(("a.py", "py"), ("x.PHP", "php"), ("a/b/c.rs", "rs"), ("..\\..\\x.txt", "txt"), ("   .txt", "txt")),
        *(("Makefile", "mak"), ("src/Dockerfile", "docker"), (".bashrc", "sh"), ("x.rs.in", "rs.in")),
        *(("x.tar.gz", ""), ("", ""), ("../../etc/passwd", ""), ("." * 1_000, ""), ("naïve 日本 🎉.py", "py")),
    ],
)
def test_a_file_name_tells_the_extension(name: str, extension: str) -> None:
    assert guess_extension(name, "") == extension


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        ("#!/usr/bin/env python3.11\nprint()", "py"),
        ("#!/bin/sh\n", "sh"),
        ("#!/usr/bin/env -S node --flag\n", "js"),
        ("#! /usr/bin/perl -w\n", "pl"),
        ("#!\n", ""),
        ("x\n\n# vim: set ts=4 ft=ruby :\n", "rb"),
        ("/* -*- mode: c++; tab-width: 4 -*- */", "cpp"),
        ("# -*- coding: utf-8 -*-\n", ""),
        ("<?php echo 1;", "php"),
        ("<!DOCTYPE html>\n<p>", "html"),
        ('{"a": 1}', "json"),
        ("from os import path\n", "py"),
        ("package main\n\nfunc main() {\n", "go"),
        ("#include <stdio.h>\n", "c"),
        ("diff --git a/x b/x\n", "diff"),
        ("CREATE TABLE x (y int);", "sql"),
        ("Dear all,\n\nimport nothing from this text.\n", ""),
        ("", ""),
    ],
)
def test_the_first_or_last_lines_tell_the_extension(content: str, extension: str) -> None:
    assert guess_extension("", content) == extension


def test_the_file_name_counts_more_than_the_content() -> None:
    assert guess_extension("a.txt", "#!/bin/sh\n") == "txt"
    assert guess_extension("a.unknown", "#!/bin/sh\n") == "sh"


@given(st.text(), st.text())
def test_what_is_guessed_is_always_a_language_or_nothing(name: str, content: str) -> None:
    extension = guess_extension(name, content)
    assert extension == "" or find_language(extension) is not None


@pytest.mark.parametrize(
    "unit", ["a", " ", "\n", "vim:", "ex: set ", "-*-", "package a\n", "select ", "class a", "{\n", '["']
)
def test_guessing_is_quick_whatever_the_text(unit: str) -> None:
    guess_extension("", unit * (1024 * 1024 // len(unit)))


def test_listing_and_guessing_import_no_lexer() -> None:
    script = (
        "import sys; from commonplace.core.highlight import *; list_languages(); guess_extension('a', 'b');"
        "print(*(name for name in sys.modules if name.startswith('pygments.lexers.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["pygments.lexers._mapping"]


@pytest.mark.corpus
def test_real_files_get_the_language_they_are_in(corpus: Path) -> None:
    for file in json.loads((corpus / "snippets" / "manifest.json").read_text(encoding="utf-8")):
        if file["language"]:
            content = (corpus / "snippets" / file["file"]).read_text(encoding="utf-8")
            language = find_language(guess_extension(file["file"], content))
            assert language is not None, file["file"]
            assert language == find_language(file["language"]), file["file"]
