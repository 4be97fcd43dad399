import html
import re

from hypothesis import given
from hypothesis import strategies as st

from commonplace.core.cache import HouseCache, make_cache
from commonplace.core.highlight import find_language
from commonplace.snaps import highlighting


def text_of(listing):
    return html.unescape(re.sub(r"<[^>]*>", "", listing))


def test_a_listing_numbers_every_line_and_holds_the_text(tmp_path):
    cache = HouseCache(make_cache(tmp_path, None))
    listing = highlighting.listing_of(cache, "digest", find_language("py"), lambda: "\nimport os\n\tx = 1")
    assert re.findall(r'<span id="L(\d+)">', listing) == ["1", "2", "3"]
    assert text_of(listing) == "\nimport os\n\tx = 1\n"


def test_what_follows_the_final_line_break_is_no_line(tmp_path):
    cache = HouseCache(make_cache(tmp_path, None))
    assert highlighting.listing_of(cache, "1", None, lambda: "a\nb\n").count("<span id=") == 2
    assert highlighting.listing_of(cache, "2", None, lambda: "a\n\n").count("<span id=") == 2
    assert highlighting.listing_of(cache, "3", None, lambda: "").count("<span id=") == 1


def test_a_second_listing_comes_from_the_cache_and_another_language_does_not(tmp_path):
    asked = []

    def content():
        asked.append(1)
        return "x = 1"

    for folder_cache in (HouseCache(make_cache(tmp_path, None)), HouseCache(make_cache(tmp_path, None))):
        first = highlighting.listing_of(folder_cache, "digest", find_language("py"), content)
        assert highlighting.listing_of(folder_cache, "digest", find_language("py"), content) == first
    assert len(asked) == 1
    highlighting.listing_of(folder_cache, "digest", find_language("rb"), content)
    assert len(asked) == 2


def test_the_language_asked_for_while_viewing_goes_before_the_snaps_own():
    assert highlighting.choose_language("ruby", "py").alias == "ruby"
    assert highlighting.choose_language(None, "py").alias == "python"
    assert highlighting.choose_language("no such language", "py").alias == "python"
    assert highlighting.choose_language(None, "") is None


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_a_difference_tells_both_texts(before, after):
    lines = highlighting.difference("\n".join(before), "\n".join(after))
    changes = {line.sort for line in lines}
    assert changes <= {"hunk", "added", "removed", "same"}
    assert ([line.html for line in lines if line.sort == "added"] == []) or before != after


def test_what_is_too_large_is_not_compared():
    assert highlighting.difference("x\n" * 3_000, "y\n" * 5_000) is None
    assert highlighting.difference("x" * 300_000, "y") is None
    assert [line.sort for line in highlighting.difference("a\nb", "a\nc")] == ["hunk", "same", "removed", "added"]


def test_a_listing_ends_where_a_page_would_be_too_long(tmp_path):
    cache = HouseCache(make_cache(tmp_path, None))
    for digest, content, shown in (
        ("lines", "\n" * 1_000_000, highlighting.LISTED_LINES),
        ("just", "\n" * highlighting.LISTED_LINES, highlighting.LISTED_LINES),
        ("bytes", ("<" * 999 + "\n") * 1_000, 374),
        ("one line", "<" * 1_000_000, 1),
    ):
        listing = highlighting.listing_of(cache, digest, None, lambda content=content: content)
        assert listing.count("<span id=") == shown
        assert highlighting.is_whole(listing, max(1, content.count("\n"))) == (digest in {"just", "one line"})
        text, is_whole = highlighting.plain_text(content)
        assert (len(text) < 6_000_000, is_whole) == (True, digest in {"just", "one line"})


def test_a_difference_and_a_plain_text_mark_what_changes_the_order_of_text():
    mark = '<span class="bidi" title="U+202E">'
    assert mark in highlighting.difference("a", "a\u202e<b>")[-1].html
    assert "&lt;b&gt;" in highlighting.difference("a", "a\u202e<b>")[-1].html
    assert highlighting.BIDI_MARK in highlighting.plain_text("\u202e")[0]
