"""Know one room and you know them all."""

import ast

import pytest

from tests.architecture.source import KINDS, SOURCE, TESTS, modules

FILES = {
    "__init__.py",
    "kind.py",
    "models.py",
    "rules.py",
    "queries.py",
    "service.py",
    "forms.py",
    "schemas.py",
    "views.py",
    "api.py",
    "cli.py",
}
TEMPLATES = {"_card.html", "index.html", "show.html", "edit.html"}
NAMES_THAT_SAY_NOTHING = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
WITHOUT_A_TEST_OF_THEIR_OWN = {
    "__init__.py": "holds one paragraph",
    "models.py": "tables: tested by the migrations and by whatever stores rows",
    "schemas.py": "shapes: tested through the API's doors",
    "forms.py": "fields: tested through the pages",
    "kind.py": "a manifest: tested by whatever reads it",
    "extension.py": "registration: tested by every test that asks for the application",
    "events.py": "names of signals",
    "env.py": "run by every test that migrates",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_every_file_of_a_room(kind):
    room = SOURCE / kind
    assert {path.name for path in room.glob("*.py")} >= FILES
    assert {path.name for path in (room / "templates" / kind).iterdir()} >= TEMPLATES
    assert (room / "static" / kind / f"{kind}.css").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_it_is_and_imports_nothing_to_do_so(kind):
    tree = ast.parse((SOURCE / kind / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_no_file_has_a_name_that_says_nothing():
    assert [path for path in modules() if path.name in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_says_in_its_first_lines_what_is_in_it():
    assert [path for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_every_module_has_its_mirrored_test():
    missing = [
        str(path.relative_to(SOURCE))
        for path in modules()
        if path.name not in WITHOUT_A_TEST_OF_THEIR_OWN
        and not list((TESTS / path.relative_to(SOURCE).parent).glob(f"test_{path.stem}*.py"))
    ]
    assert missing == []
