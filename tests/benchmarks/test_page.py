"""Each program writes its own part of the page and leaves the others' as they are."""

from benchmarks.page import with_part

ONE = "<!-- Written by one -->\n\n# Title\n"
TWO = "<!-- Written by two -->\n\n## More\n"


def test_a_new_part_comes_to_the_end():
    assert with_part(ONE, TWO) == ONE + "\n" + TWO
    assert with_part("", ONE) == ONE


def test_a_part_takes_the_place_of_its_former_self():
    page = with_part(ONE, TWO)
    newer = ONE + "\nnew\n"
    assert with_part(page, newer) == newer + "\n" + TWO
    assert with_part(page, TWO) == page
