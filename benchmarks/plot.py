"""Lines over logarithmic axes as an SVG, which is drawn for light pages and for dark ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 280, 200
"""A panel's inner size, in pixels."""
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 40, 52
HEAD = 56
MARKER = 4
STYLE = """
  svg { --paper: #fdfcf9; --ink: #2b2a27; --faint: #d9d5cc; font: 12px system-ui, sans-serif; }
  svg { --a: #6b6862; --b: #0060a8; --c: #007a55; --d: #9a5b00; --e: #b3261e; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #1d1c1a; --ink: #e6e2d9; --faint: #45423d; }
    svg { --a: #a8a49b; --b: #6cb8ff; --c: #4fd1a1; --d: #f0b14a; --e: #ff8f84; }
  }
  .paper { fill: var(--paper); }
  text { fill: var(--ink); }
  .title { font-weight: 600; }
  .grid { stroke: var(--faint); }
  .line { fill: none; stroke-width: 2; }
  .mark { stroke: var(--paper); }
"""
LETTERS = "abcde"
DASHES = ("2 4", "", "7 3", "3 3", "")


@dataclass(frozen=True)
class Line:
    """A name that is the same in every panel, and points, whose numbers are all above 0."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Lines over the same axes."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from `low` to `high`, as long as `length`."""

    low: float
    high: float
    length: float

    def place(self, value: float) -> float:
        """Return where a value stands, from the axis' beginning."""
        return self.length * log10(value / self.low) / log10(self.high / self.low)


def draw(title: str, rows: Sequence[Sequence[Panel]], x_label: str, y_label: str) -> str:
    """Return a picture with rows of panels that all have the same axes; the upright one is of microseconds."""
    panels = [panel for row in rows for panel in row]
    points = [point for panel in panels for line in panel.lines for point in line.points]
    x = Axis(min(p[0] for p in points) / 1.25, max(p[0] for p in points) * 1.25, WIDTH)
    y = Axis(10 ** floor(log10(min(p[1] for p in points))), 10 ** ceil(log10(max(p[1] for p in points))), HEIGHT)
    names = list(dict.fromkeys(line.name for panel in panels for line in panel.lines))
    width = max(map(len, rows)) * (LEFT + WIDTH + RIGHT)
    height = HEAD + len(rows) * (TOP + HEIGHT + BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>',
        f"<style>{STYLE}{''.join(_colours())}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *_legend(title, names),
    ]
    for number, row in enumerate(rows):
        top = HEAD + number * (TOP + HEIGHT + BOTTOM) + TOP
        middle = f'transform="translate(14 {top + HEIGHT / 2}) rotate(-90)"'
        parts.append(f'<text {middle} text-anchor="middle">{escape(y_label)}</text>')
        for column, panel in enumerate(row):
            left = column * (LEFT + WIDTH + RIGHT) + LEFT
            parts.append(f'<g transform="translate({left} {top})">')
            parts += _draw_panel(panel, x, y, names, x_label)
            parts.append("</g>")
    return "\n".join([*parts, "</svg>\n"])


def _colours() -> Iterator[str]:
    for letter, dash in zip(LETTERS, DASHES, strict=True):
        yield f"  .line.{letter} {{ stroke: var(--{letter}); stroke-dasharray: {dash or 'none'}; }}\n"
        yield f"  .mark.{letter} {{ fill: var(--{letter}); }}\n"


def _legend(title: str, names: Sequence[str]) -> Iterator[str]:
    yield f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>'
    left = float(LEFT)
    for name, letter in zip(names, LETTERS, strict=False):
        yield f'<path class="line {letter}" d="M{left} 40h28"/>'
        yield _mark(letter, left + 14, 40)
        yield f'<text x="{left + 34}" y="44">{escape(name)}</text>'
        left += 60 + 7 * len(name)


def _draw_panel(panel: Panel, x: Axis, y: Axis, names: Sequence[str], x_label: str) -> Iterator[str]:
    yield f'<text class="title" y="-10">{escape(panel.title)}</text>'
    for power in range(round(log10(y.low)), round(log10(y.high)) + 1):
        height = HEIGHT - y.place(10**power)
        yield f'<path class="grid" d="M0 {height:.1f}h{WIDTH}"/>'
        yield f'<text x="-8" y="{height + 4:.1f}" text-anchor="end">{_duration(10**power)}</text>'
    for value in sorted({point[0] for line in panel.lines for point in line.points}):
        yield f'<text x="{x.place(value):.1f}" y="{HEIGHT + 18}" text-anchor="middle">{value:,.0f}</text>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT + 38}" text-anchor="middle">{escape(x_label)}</text>'
    for line in panel.lines:
        letter = LETTERS[names.index(line.name)]
        places = [(x.place(point[0]), HEIGHT - y.place(point[1])) for point in line.points]
        yield f'<path class="line {letter}" d="M{" L".join(f"{across:.1f} {down:.1f}" for across, down in places)}"/>'
        yield from (_mark(letter, across, down) for across, down in places)


def _mark(letter: str, x: float, y: float) -> str:
    """Return a sign that tells the lines apart without colours: a circle, a square, a diamond, two triangles."""
    s = MARKER
    shapes = {
        "a": f"M{x - s:.1f} {y:.1f}a{s} {s} 0 1 0 {2 * s} 0a{s} {s} 0 1 0 {-2 * s} 0z",
        "b": f"M{x - s:.1f} {y - s:.1f}h{2 * s}v{2 * s}h{-2 * s}z",
        "c": f"M{x:.1f} {y - s - 1:.1f}l{s + 1} {s + 1}l{-s - 1} {s + 1}l{-s - 1} {-s - 1}z",
        "d": f"M{x:.1f} {y - s:.1f}l{s + 1} {2 * s}h{-2 * s - 2}z",
        "e": f"M{x:.1f} {y + s:.1f}l{s + 1} {-2 * s}h{-2 * s - 2}z",
    }
    return f'<path class="mark {letter}" d="{shapes[letter]}"/>'


def _duration(microseconds: float) -> str:
    for size, unit in ((1_000_000, "s"), (1_000, "ms")):
        if microseconds >= size:
            return f"{microseconds / size:g} {unit}"
    return f"{microseconds:g} µs"
