"""Nothing grows beyond what a reader takes in at once."""

import pytest

from tests.architecture.source import ROOT, SOURCE, TESTS, functions, modules

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
MOSTLY_UNDER = 150


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_and_its_functions_are_short(path):
    longest = LONGEST_VIEW if path.stem.startswith("views") else LONGEST_FUNCTION
    assert lines(path) <= LONGEST_MODULE
    assert [(name, length) for name, length in functions(path) if length > longest] == []


def test_most_modules_are_under_150_lines():
    long = [path for path in modules() if lines(path) > MOSTLY_UNDER]
    assert len(long) <= len(modules()) // 8, long


def test_no_test_module_is_over_300_lines():
    assert [str(path) for path in TESTS.rglob("*.py") if lines(path) > LONGEST_MODULE] == []


def test_no_style_sheet_is_over_200_and_no_template_over_120_lines():
    assert [str(path) for path in SOURCE.rglob("*.css") if lines(path) > 200] == []
    assert [str(path) for path in SOURCE.rglob("templates/**/*.html") if lines(path) > 120] == []


def test_every_decision_is_under_300_words():
    decisions = list((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    assert [path.name for path in decisions if len(path.read_text(encoding="utf-8").split()) > 300] == []
