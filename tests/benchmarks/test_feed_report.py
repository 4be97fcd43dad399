"""The report says what was measured, what was not, and what won."""

import pytest
from benchmarks.feed_data.size import Reader, Size
from benchmarks.feed_measures.sorting import BY_READER
from benchmarks.feed_report import FIRST_LINE, compose, picture
from benchmarks.feed_results import NAIVE, PageRow, Pages, Rebuild, Results, Sorts, SortWay, Times


@pytest.fixture
def results():
    rows = [
        PageRow(Reader(10), 1, 200, {"read": Times(300, 1.5, 2), NAIVE: Times(12_345, 61.7, 1)}),
        PageRow(Reader(10, is_quiet=True), 7, 200, {"read": Times(400, 2, 2), NAIVE: Times(9_999, 50, 1)}),
    ]
    rebuild = Rebuild("Redis", 50, 4_000_000, 2)
    pages = Pages("PostgreSQL", Size(50, 500, (10,), (10,)), 3, rows, {"read": 40}, rebuild, 0)
    sorts = Sorts(2_000_000, 50, [SortWay("one way", 100, 1), SortWay(BY_READER, 40, 2.5)])
    return Results(pages=[pages], sorts=sorts)


def test_it_begins_with_the_line_by_which_it_is_found_again(results):
    assert compose(results).startswith(FIRST_LINE + "\n\n## The feed\n")


def test_a_page_stands_with_its_time_and_ratio(results):
    text = compose(results)
    assert "| 10 | 1 | 200 µs | 300 µs (1.5) | 12 ms (61.7) |" in text
    assert "| 10 quiet | 7 | 200 µs | 400 µs (2) | 9,999 µs (50) |" in text


def test_rates_are_numbers_over_seconds(results):
    text = compose(results)
    assert "| from PostgreSQL to Redis | 50 | 4,000,000 | 2.0 | 2,000,000 |" in text
    assert f"| {BY_READER} | 40 ms | 50 million | 2.50 |" in text


def test_the_fastest_sort_is_named(results):
    assert f"The fastest here is {BY_READER}: 2.5 times as fast as the default." in compose(results)


def test_sorting_is_held_against_the_rebuild_it_is_a_part_of(results):
    text = compose(results)
    assert "the 4,000,000 pairs of the first rebuild above take 0.1 s: 4% of it." in text


def test_what_is_missing_is_said_and_nothing_else_of_it():
    text = compose(Results(missing=["no Redis at there"]))
    assert "Not measured: no Redis at there." in text
    assert "images/feed.svg" not in text


def test_the_picture_has_a_panel_for_each_sort_of_page_that_was_measured(results):
    drawn = picture(results)
    assert "PostgreSQL: first page<" in drawn
    assert "quiet followed" in drawn
