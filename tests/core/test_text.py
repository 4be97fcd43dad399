import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.errors import Invalid
from commonplace.core.text import check_text, decode_text


@given(st.text())
def test_what_is_utf8_comes_back_as_its_text(text):
    assert decode_text("content", text.encode()) == text


@pytest.mark.parametrize(
    ("raw", "position", "line"),
    [(b"\xff", 0, 1), (b"ok\n\xff", 3, 2), (b"\xe9", 0, 1), (b"a\xed\xa0\x80", 1, 1), (b"\n\n\xc3", 2, 3)],
)
def test_the_first_byte_that_is_no_text_is_told(raw, position, line):
    with pytest.raises(Invalid) as refused:
        decode_text("content", raw)
    assert refused.value.fields == {
        "content": f"This is not UTF-8 text: byte {position} (in line {line}) does not fit."
    }


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_text_that_a_database_keeps_passes(text):
    check_text("content", text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\nb\0", "There is a NUL character at position 3 (in line 2)."),
        ("\ud800", "There is half a character (a lone surrogate) at position 0 (in line 1)."),
        ("x\udfff\0", "There is half a character (a lone surrogate) at position 1 (in line 1)."),
    ],
)
def test_the_first_character_that_no_database_keeps_is_told(text, reason):
    with pytest.raises(Invalid) as refused:
        check_text("name", text)
    assert refused.value.fields == {"name": reason}
