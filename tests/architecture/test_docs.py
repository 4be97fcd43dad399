"""The documents say what the code does."""

import importlib.util
import re

import click
import pytest

from commonplace.cli import main
from commonplace.config import PREFIX, Settings
from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def test_the_generated_reference_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.list_outdated() == [], "run `make docs`"


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_and_path_in_a_page_leads_somewhere(file):
    text = file.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text)]
    assert [link for link in links if link and not (file.parent / link).exists()] == []
    paths = re.findall(r"`((?:src|tests|docs|benchmarks|requirements)/[\w./-]+)`", text.replace("quotes", "snaps"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_make_target_is_in_the_help_and_every_one_named_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert {"help", "setup", "run", "demo", "test", "check", "fix", "bench", "docs"} <= explained
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8"))}
    assert named <= explained


def test_every_setting_and_command_named_in_a_page_exists():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", text))
    assert named - settings == set()
    commands = set(re.findall(r"`commonplace ([a-z-]+)", text))
    assert commands <= set(main.list_commands(click.Context(main)))
