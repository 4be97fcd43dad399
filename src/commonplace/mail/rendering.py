"""From a template and values to the two bodies of a mail, outside any request.

A template is named by its path without ending, below the `templates` folder of its room: `mail/letter` stands in
`mail/templates/mail/letter.txt` and `.html`. Both extend `mail/layout`.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

PACKAGE = "commonplace"


@dataclass(frozen=True)
class Bodies:
    """The same mail for those who read plain text and for those who do not."""

    text: str
    html: str


def _load(name: str) -> str | None:
    room = name.partition("/")[0]
    source = files(PACKAGE).joinpath(room, "templates", *name.split("/"))
    return source.read_text(encoding="utf-8") if source.is_file() else None


_environment = Environment(
    loader=FunctionLoader(_load),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: Any) -> Bodies:
    """Return both bodies; raises jinja2's UndefinedError where a value is missing."""
    return Bodies(
        text=_environment.get_template(f"{template}.txt").render(values).strip() + "\n",
        html=_environment.get_template(f"{template}.html").render(values),
    )
