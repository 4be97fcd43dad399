import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core import clock
from commonplace.core.errors import Invalid, TooLarge
from commonplace.snaps import rules

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(TEXT)
def test_any_text_is_kept_as_it_is_and_measured(content):
    text = rules.check_content(content)
    assert text.content == content
    assert text.size == len(content.encode())
    assert text.lines == len(content.split("\n")) - (content.endswith("\n") or content == "")
    assert len(text.preview) <= rules.PREVIEW_CHARACTERS


def test_a_nul_is_refused_with_its_position_and_line():
    with pytest.raises(Invalid) as refused:
        rules.check_content("one\ntwo\0")
    assert refused.value.fields == {"content": "There is a NUL character at position 7 (in line 2)."}


def test_half_a_character_is_refused_with_its_position():
    with pytest.raises(Invalid) as refused:
        rules.check_content("ab\ud800")
    assert "position 2" in refused.value.fields["content"]


def test_exactly_a_mebibyte_fits_and_one_byte_more_does_not():
    assert rules.check_content("é" * (rules.MAX_BYTES // 2)).size == rules.MAX_BYTES
    with pytest.raises(TooLarge, match="1 MiB"):
        rules.check_content("x" * (rules.MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.txt", "x.txt"),
        ("a/b/c.py", "c.py"),
        ("a\0b.py", "ab.py"),
        ("evil\u202egnp.py", "evilgnp.py"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("   .txt", ".txt"),
        (".htaccess", ".htaccess"),
        ("..", ""),
        ("naïve 日本 🎉.py", "naïve 日本 🎉.py"),
    ],
)
def test_a_name_keeps_its_last_part_without_what_cannot_be_seen(given_name, kept):
    assert rules.clean_name(given_name) == kept


def test_a_name_over_255_characters_is_refused():
    assert rules.clean_name("x" * 255) == "x" * 255
    with pytest.raises(Invalid) as refused:
        rules.clean_name("x" * 256)
    assert "255" in refused.value.fields["name"]


@pytest.mark.corpus
def test_every_awkward_file_name_is_cleaned_or_refused(corpus):
    for awkward in json.loads((corpus / "snippets" / "file-names.json").read_text(encoding="utf-8")):
        try:
            name = rules.clean_name(awkward["name"])
        except Invalid:
            assert len(awkward["name"]) > 255
            continue
        assert not set(name) & set("/\\\0\r\n\u202e")


@pytest.mark.parametrize(
    ("extension", "name", "content", "chosen"),
    [
        ("rs", "main.py", "", "rs"),
        (".PY", "", "", "py"),
        ("", "main.py", "", "py"),
        ("", "notes", "#!/bin/sh\n", "sh"),
        ("", "notes", "nothing in particular", ""),
    ],
)
def test_an_extension_is_the_one_given_or_the_one_that_fits(extension, name, content, chosen):
    assert rules.choose_extension(extension, name, content) == chosen


@pytest.mark.parametrize("extension", ["a b", "x" * 41, "p/y", "<b>"])
def test_an_extension_is_a_short_word(extension):
    with pytest.raises(Invalid):
        rules.choose_extension(extension, "", "")


def test_a_snap_without_a_name_gets_a_plain_one():
    assert rules.name_or_default("", "py") == "untitled.py"
    assert rules.name_or_default("", "") == "untitled"
    assert rules.name_or_default("a", "py") == "a"


def test_an_expiry_lies_in_the_future_or_is_none():
    now = clock.now()
    rules.check_expiry(None, now)
    rules.check_expiry(now + rules.EXPIRIES["5 minutes"], now)
    with pytest.raises(Invalid):
        rules.check_expiry(now, now)


@pytest.mark.parametrize(
    ("sent", "stored", "meant"),
    [
        ("a\r\nb\r\n", None, "a\nb\n"),
        ("a\r\nb", "old\r\ntext\r\n", "a\r\nb"),
        ("a\r\nb", "old\ntext\r\n", "a\nb"),
        ("a\rb", None, "a\nb"),
        ("a\r\nb\r\nc\r\n", "a\nb\r\nc\r", "a\nb\r\nc\r"),
        ("a\r\nb\r\nd", "a\nb\r\nc", "a\nb\nd"),
    ],
)
def test_a_forms_line_breaks_are_lf_unless_the_snap_had_crlf(sent, stored, meant):
    assert rules.read_form_text(sent, stored) == meant


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")))
def test_a_text_survives_a_browsers_form(content):
    assert rules.read_form_text(content.replace("\n", "\r\n")) == content
