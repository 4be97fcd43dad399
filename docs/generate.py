"""Writes the reference pages from the code: `python docs/generate.py`, or with `--check` only compares them."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from commonplace.api.docs import document
from commonplace.app import create_app
from commonplace.cli import main as command
from commonplace.config import PREFIX, Settings

FOLDER = Path(__file__).parent / "reference"
MADE_BY = "<!-- Written by `make docs` from the code: change it there. -->\n"


def configuration() -> str:
    """Return the page of all settings."""
    lines = [
        MADE_BY,
        "# Settings\n",
        "They come from the environment alone. A wrong value stops the start with one line that names the variable.\n",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = f"`{default}`" if default not in ("", (), None) and "**" not in str(default) else "empty"
        lines += [
            f"## {PREFIX}{name.upper()}\n",
            f"{field.description}\n",
            f"Default: {shown}. Example: `{PREFIX}{name.upper()}={(field.examples or [''])[0]}`\n",
        ]
    return "\n".join(lines)


def commands() -> str:
    """Return the page of all commands, as their help has it."""
    lines = [MADE_BY, "# Commands\n", "Exit status: 0 done, 1 it failed, 2 wrong use, 75 try again later.\n"]
    for path, found in _each_command("commonplace", command):
        context = click.Context(found, info_name=path, terminal_width=100, max_content_width=100)
        lines += [f"## {path}\n", "```", found.get_help(context), "```\n"]
    return "\n".join(lines)


def _each_command(path: str, found: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, found
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            inner = found.get_command(context, name)
            if inner is not None:
                yield from _each_command(f"{path} {name}", inner)


def api() -> str:
    """Return the page of all operations of the JSON API."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.read(data_dir=Path(folder)))
        with app.app_context():
            described = document()
    lines = [MADE_BY, "# JSON API\n", f"Every path begins with `{described['servers'][0]['url']}`.\n"]
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            lines.append(f"## {method.upper()} {path}\n")
            lines += [f"{operation[part]}\n" for part in ("summary", "description") if operation.get(part)]
            lines += [
                f"- `{parameter['name']}` ({parameter['in']}): {parameter.get('description', '')}".rstrip(": ")
                for parameter in operation.get("parameters", [])
                if "name" in parameter
            ]
            lines.append("")
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {"configuration.md": configuration, "commands.md": commands, "api.md": api}


def list_outdated() -> list[str]:
    """Return the names of pages that no longer say what the code says."""
    return [name for name, page in PAGES.items() if _present(name) != page()]


def _present(name: str) -> str:
    file = FOLDER / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    if "--check" in sys.argv:
        outdated = list_outdated()
        sys.exit(f"Run `make docs`: {', '.join(outdated)} no longer say what the code says." if outdated else 0)
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
