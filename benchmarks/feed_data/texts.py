"""Texts of posts and snaps: some hundreds that differ in length and form, of which each entry has one."""

from dataclasses import asdict, dataclass

from numpy.random import Generator

from commonplace.snaps.rules import check_content

POSTS, SNAPS = 500, 100
VOCABULARY = """
after again all bread by coffee day early evening few first for found garden half has hour in into kept late letter
light long made map morning never new night of old on one paper path rain read river room salt sea see seeds slow
small some stone still summer table tea than that the then there they this tin to train two under was we well while
window winter with wood word wrote yard year you
"""
WORDS = VOCABULARY.split()
LINES = (
    "for each in shelf:",
    "    total += each.pages",
    "    if each.is_lent:",
    "        lent.append(each)",
    "print(total)",
)


@dataclass(frozen=True)
class Snippet:
    """A snap's columns beside those of an entry."""

    name: str
    extension: str
    content: str
    digest: str
    size: int
    lines: int
    preview: str


def make_posts(rng: Generator) -> list[str]:
    """Return texts of one to five sentences, some with a link, a list or emphasis."""
    return [_make_post(rng) for _ in range(POSTS)]


def make_snippets(rng: Generator) -> list[Snippet]:
    """Return pieces of code of five to sixty lines."""
    return [_make_snippet(number, rng) for number in range(SNAPS)]


def _make_post(rng: Generator) -> str:
    sentences = [_make_sentence(rng) for _ in range(int(rng.integers(1, 6)))]
    form = rng.random()
    if form < 0.1:
        sentences.append("https://commonplace.example/notes")
    elif form < 0.2:
        sentences[0] = f"*{sentences[0]}*"
    elif form < 0.25:
        return "\n".join(f"- {sentence}" for sentence in sentences)
    return " ".join(sentences)


def _make_sentence(rng: Generator) -> str:
    words = [WORDS[place] for place in rng.integers(0, len(WORDS), int(rng.integers(4, 16)))]
    return " ".join(words).capitalize() + "."


def _make_snippet(number: int, rng: Generator) -> Snippet:
    lines = [f"# {_make_sentence(rng)}"]
    lines += [LINES[place] for place in rng.integers(0, len(LINES), int(rng.integers(5, 60)))]
    return Snippet(f"shelf_{number}.py", "py", **asdict(check_content("\n".join(lines) + "\n")))
