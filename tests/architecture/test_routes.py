"""Every address: guarded, on the list, and documented where it belongs to the API."""

from pathlib import Path

import pytest

from commonplace.api.docs import document

LIST = Path(__file__).parent / "urls.txt"
PAGE_GUARDS = {"anyone", "signed-in", "fresh", "moderator", "owner"}
API_GUARDS = {"anyone", "read", "write", "admin"}


def methods(rule):
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def handlers(app, rule):
    """Yield method and function of each operation at an address."""
    view = app.view_functions[rule.endpoint]
    for method in methods(rule):
        yield method, getattr(view.view_class, method.lower()) if hasattr(view, "view_class") else view


@pytest.fixture
def rules(app):
    return list(app.url_map.iter_rules())


def test_every_operation_says_who_may_call_it(app, rules):
    unguarded = [
        f"{method} {rule.rule}"
        for rule in rules
        for method, handler in handlers(app, rule)
        if getattr(handler, "guard", None) not in (API_GUARDS if is_operation(rule) else PAGE_GUARDS)
    ]
    assert unguarded == []


def is_operation(rule):
    return rule.rule.startswith("/api/") and not rule.endpoint.startswith("api_docs.")


def test_no_writing_operation_of_the_api_is_open_to_a_token_that_only_reads(app, rules):
    open_ones = {
        f"{method} {rule.rule}"
        for rule in rules
        if is_operation(rule)
        for method, handler in handlers(app, rule)
        if method != "GET" and handler.guard not in {"write", "admin"}
    }
    assert open_ones == {"POST /api/users"}  # making an account needs none


def test_no_page_changes_anything_on_get(app, rules):
    changing = ("delete", "purge", "restore", "sign_out", "revoke")
    assert [
        rule.rule for rule in rules if "GET" in rule.methods and rule.endpoint.rsplit(".")[-1].startswith(changing)
    ] == []


def test_the_list_of_addresses_is_the_one_people_hold_on_to(rules):
    present = sorted(f"{' '.join(methods(rule))} {rule.rule}" for rule in rules)
    assert present == LIST.read_text(encoding="utf-8").splitlines(), "write the new list into urls.txt, if it is meant"


def test_every_operation_is_in_the_openapi_document_with_words_and_scopes(app, rules):
    with app.app_context():
        described = document()["paths"]
    for rule in rules:
        if not is_operation(rule):
            continue
        path = rule.rule.removeprefix("/api").replace("<hash_key:", "{").replace("<int:", "{")
        path = path.replace("<", "{").replace(">", "}")
        for method in methods(rule):
            operation = described[path][method.lower()]
            assert operation.get("summary"), (method, path)
            assert "security" in operation, (method, path)
