"""The picture is whole, holds every point, and tells what it shows."""

from xml.etree import ElementTree as ET

import pytest
from benchmarks.plot import HEIGHT, WIDTH, Axis, Line, Panel, draw

SVG = "{http://www.w3.org/2000/svg}"
PANELS = [
    [Panel("<first>", [Line("floor", [(10, 120), (1000, 130)]), Line("read", [(10, 180), (1000, 4_000)])])],
    [Panel("second", [Line("read", [(10, 200)])])],
]


@pytest.fixture
def picture():
    return ET.fromstring(draw("A & B", PANELS, "people", "time"))  # noqa: S314 - our own


def texts(picture):
    return [text.text for text in picture.iter(f"{SVG}text")]


def test_it_names_itself_its_axes_panels_and_lines(picture):
    assert picture.find(f"{SVG}title").text == "A & B"
    assert {"A & B", "people", "time", "<first>", "second", "floor", "read"} <= set(texts(picture))


def test_it_has_a_mark_for_every_point_and_line_of_the_legend(picture):
    marks = [path for path in picture.iter(f"{SVG}path") if path.get("class").startswith("mark")]
    assert len(marks) == 5 + 2


def test_its_axes_hold_all_powers_of_ten_around_the_points(picture):
    assert [text for text in texts(picture) if text.endswith("s") and text[0] == "1"] == ["100 µs", "1 ms", "10 ms"] * 2
    assert {"10", "1,000"} <= set(texts(picture))


def test_a_value_stands_by_its_logarithm():
    axis = Axis(10, 1000, 200)
    assert [axis.place(value) for value in (10, 100, 1000)] == pytest.approx([0, 100, 200])


def test_no_point_stands_outside(picture):
    for path in picture.iter(f"{SVG}path"):
        if path.get("class").startswith("line") and "L" in path.get("d"):
            for point in path.get("d")[1:].split(" L"):
                across, down = map(float, point.split())
                assert 0 <= across <= WIDTH
                assert 0 <= down <= HEIGHT
