"""The page `docs/performance.md`: parts that each begin with a line that says which program wrote them."""

import re

from benchmarks.processes import ROOT

PAGE = ROOT / "docs" / "performance.md"
START = re.compile(r"^(?=<!-- Written by )", re.MULTILINE)


def put(part: str) -> None:
    """Write a part into the page, in the place of the one that begins as it does, or at the end."""
    PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), part), encoding="utf-8")


def with_part(page: str, part: str) -> str:
    """Return the page with that part in it."""
    parts = [each for each in START.split(page) if each]
    first_lines = [each.splitlines()[0] for each in parts]
    first_line = part.splitlines()[0]
    if first_line in first_lines:
        parts[first_lines.index(first_line)] = part
    else:
        parts.append(part)
    return "\n".join(each.strip("\n") + "\n" for each in parts)
