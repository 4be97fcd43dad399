"""The source as the architecture tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "commonplace"
TESTS = ROOT / "tests"
KINDS = ("posts", "snaps")


def modules() -> list[Path]:
    """Return every module of the house; migrations are scripts of their own."""
    return sorted(path for path in SOURCE.rglob("*.py") if "versions" not in path.parts)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and number of lines, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
