import pytest

from commonplace.core.markdown import render

MARK = '<span class="bidi" title="U+202E"><bdi>\u202e</bdi></span>'


@pytest.mark.parametrize("text", ["a\u202eb", "a&#x202e;b", "**a\u202eb**", "`a\u202eb`", "    a\u202eb", "# a\u202eb"])
def test_what_changes_the_order_of_text_is_marked(text):
    assert f"a{MARK}b" in render(text)


def test_what_changes_the_order_of_text_is_spelt_out_where_it_cannot_be_marked():
    html = render('![a\u202e](/x.png "b\u202e") [c](http://x "d\u202e")')
    assert "\u202e" not in html
    assert html.count("[U+202E]") == 3


def test_a_text_of_nothing_but_such_characters_stays_in_bounds():
    assert len(render("\u202e" * 200_000)) < 1_000_000
