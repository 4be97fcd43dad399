"""The text that everything is measured with: 5 KB of Python, a kind of file that people share."""

from pathlib import Path

SNIPPET = (Path(__file__).parent / "snippet.txt").read_text(encoding="utf-8")
MARKER = b"LONGEST_LOAN"
"""A word of it that no highlighter takes apart."""
