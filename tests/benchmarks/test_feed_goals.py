"""Goals are reached or not by what was measured, and nothing is rounded in their favour."""

import pytest
from benchmarks.feed_data.size import Reader, Size
from benchmarks.feed_goals import list_goals
from benchmarks.feed_results import Answer, Answers, FanOut, PageRow, Pages, Results, Times

SIZE = Size(50, 500, (10, 5_000), (10,))


def row(followed, ratio, *, number=1, is_quiet=False, statements=2):
    return PageRow(Reader(followed, is_quiet), number, 100, {"read": Times(100 * ratio, ratio, statements)})


def pages(database, *rows):
    return Results(pages=[Pages(database, SIZE, 3, rows, {}, None, 0)])


def reached(results):
    return {goal.aim.split(":")[0]: goal.is_reached for goal in list_goals(results)}


@pytest.mark.parametrize(
    ("database", "followed", "ratio", "is_reached"),
    [
        ("PostgreSQL", 1_000, 2.0, True),
        ("PostgreSQL", 1_000, 2.001, False),
        ("PostgreSQL", 5_000, 4.0, True),
        ("PostgreSQL", 5_000, 4.001, False),
        ("SQLite", 10, 2.5, True),
        ("SQLite", 900, 2.501, False),
    ],
)
def test_a_page_has_the_limit_of_its_database_and_number_followed(database, followed, ratio, is_reached):
    assert reached(pages(database, row(followed, ratio)))[f"{database}, first page"] is is_reached


def test_one_page_above_its_limit_misses_the_goal_for_its_sort_alone():
    results = pages("PostgreSQL", row(10, 1), row(100, 2.1), row(10, 1, number=100), row(10, 3, is_quiet=True))
    assert reached(results) == {
        "PostgreSQL, first page": False,
        "PostgreSQL, first page, quiet people followed": False,
        "PostgreSQL, deep page": True,
        "PostgreSQL, queries of a first page": True,
    }
    assert next(goal.measured for goal in list_goals(results)) == "1.00 for 10, 2.10 for 100"


def test_queries_may_differ_but_not_grow_with_what_is_followed():
    queries = "SQLite, queries of a first page"
    assert reached(pages("SQLite", row(10, 1), row(100, 1)))[queries] is True
    assert reached(pages("SQLite", row(10, 1, statements=3), row(100, 1)))[queries] is True
    assert reached(pages("SQLite", row(10, 1), row(100, 1, statements=3)))[queries] is False


@pytest.mark.parametrize(("times_as_long", "is_reached"), [(2.8, True), (2.9, False)])
def test_answers_come_at_a_share_of_the_floors_rate(times_as_long, is_reached):
    rows = [Answer("the floor", 900, 1, 1, 1, 1), Answer("the page", 300, 1, 1, 1, times_as_long)]
    (goal,) = list_goals(Results(answers=[Answers("a reader", rows)]))
    assert goal.is_reached is is_reached


@pytest.mark.parametrize(("times_as_long", "is_reached"), [(1.3, True), (1.31, False)])
def test_the_page_of_many_followed_is_held_against_that_of_few(times_as_long, is_reached):
    rows = [Answer("few", 900, 1, 1, 1, 1), Answer("many", 300, 1, 1, 1, times_as_long)]
    (goal,) = list_goals(Results(answers=[Answers("readers", rows)]))
    assert goal.aim == "readers: many takes at most 1.3 times as long as few"
    assert goal.is_reached is is_reached


@pytest.mark.parametrize(("rate", "to_bare", "expected"), [(200_000, 0.5, [True, True]), (199_999, 0.49, [False] * 2)])
def test_fan_out_has_a_ratio_and_a_rate(rate, to_bare, expected):
    results = Results(fan_out=FanOut(20_000, 8, rate, 400_000, to_bare))
    assert [goal.is_reached for goal in list_goals(results)] == expected
