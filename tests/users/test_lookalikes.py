import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonplace.users.lookalikes import is_single_script, skeleton_of

LETTERS = [
    sign
    for sign in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(sign)[0] in "LMN" and unicodedata.normalize("NFKC", sign) == sign
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "\u0430dmin"),  # Cyrillic a
        ("admin", "adm\u0131n"),  # dotless i
        ("admin", "ADM\u0130N"),  # dotted capital I
        ("admin", "\uff41\uff44\uff4d\uff49\uff4e"),  # fullwidth
        ("alice", "AIice"),
        ("login", "1ogin"),
        ("owner", "0wner"),
        ("modern", "modem"),
        ("bob", "\u0412\u041e\u0412"),  # Cyrillic capitals
    ],
)
def test_what_looks_alike_has_one_skeleton(one, other):
    assert skeleton_of(one) == skeleton_of(other)


@pytest.mark.parametrize(("one", "other"), [("anna", "hanna"), ("cafe", "caf\u00e9"), ("a-b", "a_b"), ("x1", "x2")])
def test_what_looks_different_has_not(one, other):
    assert skeleton_of(one) != skeleton_of(other)


@pytest.mark.corpus
def test_every_letter_of_the_corpus_has_the_skeleton_of_what_it_looks_like(corpus):
    pairs = json.loads((corpus / "text" / "confusables.json").read_text(encoding="utf-8"))
    letters = [(pair["char"], pair["looks_like"]) for pair in pairs if unicodedata.category(pair["char"][0])[0] in "LN"]
    assert len(letters) > 200
    assert [sign for sign, alike in letters if all(skeleton_of(sign) != skeleton_of(other) for other in alike)] == []


@given(st.text(st.sampled_from(LETTERS), max_size=40))
def test_a_skeleton_is_its_own_and_fits_its_column(text):
    skeleton = skeleton_of(text)
    assert skeleton_of(skeleton) == skeleton
    assert len(skeleton) <= 400


def test_no_single_letter_has_a_skeleton_ten_times_its_length():
    assert max(len(skeleton_of(sign)) for sign in LETTERS) * 40 <= 400


@pytest.mark.parametrize(
    "name",
    ["anna", "\u0410\u043d\u043d\u0430", "\u65e5\u672c\u3054", "Jun\u592a\u90ce", "anna_2", "\u05e0\u05d5\u05e2\u05d4"],
)
def test_one_script_and_what_is_written_together_pass(name):
    assert is_single_script(name)


@pytest.mark.parametrize("name", ["\u0430dmin", "\u03b1lpha", "\u65e5\u0416", "\u3042\uac00"])
def test_mixed_scripts_do_not(name):
    assert not is_single_script(name)
