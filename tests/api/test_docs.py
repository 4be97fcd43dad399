from html.parser import HTMLParser

import pytest
from marshmallow import Schema

from commonplace.api.docs import document
from tests.sites import site


class Ids(HTMLParser):
    """The ids of a page, and where its links within it lead."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.targets = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        if tag == "a" and given["href"].startswith("#"):
            self.targets.add(given["href"][1:])


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json


def operations(described):
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else ())
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from references(each)


def test_the_document_is_openapi_31_of_the_current_version(described):
    assert described["openapi"].startswith("3.1.")
    assert (described["info"]["version"], described["servers"]) == ("1", [{"url": "/api/v1"}])
    assert not [path for path in described["paths"] if path.startswith("/api")]


def test_every_reference_in_it_leads_somewhere(described):
    for reference in references(described):
        found = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_every_operation_tells_the_failures_that_it_may_answer_with(described):
    for method, path, operation in operations(described):
        told = set(operation["responses"])
        assert {"401", "403", "429", "default"} <= told
        assert ("404" in told) is ("{" in path)
        assert ({"413", "415"} <= told) is ("requestBody" in operation)
        assert ("409" in told) is (method != "get")


def test_a_failure_is_documented_as_the_problem_that_it_is(described):
    for name, response in described["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name
        assert response["description"]
    assert set(described["components"]["schemas"]["Problem"]["properties"]) == {
        "type",
        "title",
        "status",
        "detail",
        "message",
    }


def test_a_body_of_text_is_documented_beside_that_of_json(described):
    assert set(described["paths"]["/snaps"]["post"]["requestBody"]["content"]) == {"application/json", "text/plain"}


def test_what_stands_in_a_path_is_documented_with_its_form(described):
    (parameter,) = described["paths"]["/snaps/{hash_key}"]["parameters"]
    assert parameter["schema"] == {"type": "string", "pattern": "^[0-9A-Za-z]{22}$"}


def test_the_document_can_be_made_without_a_request(app, described):
    with app.app_context():
        assert document() == described


def test_a_schema_goes_by_its_own_name(described):
    assert {"Snap", "SnapItem", "SnapItemPage", "User", "PublicUser"} <= set(described["components"]["schemas"])
    assert not [name for name in described["components"]["schemas"] if name.endswith(Schema.__name__)]


def test_the_page_shows_every_operation_once_and_its_links_lead_somewhere(client, described):
    page = client.get("/api/v1/docs").text
    found = Ids(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.targets <= set(found.ids)
    for method, path, operation in operations(described):
        assert page.count(f'<span class="operation__method">{method.upper()}</span> {path}</code>') == 1
        assert operation["summary"].split("`")[0].split("'")[0] in page.replace("&#39;", "'")


def test_the_page_tells_who_may_call_what_is_sent_and_what_is_answered(client):
    page = " ".join(client.get("/api/v1/docs").text.split())
    section = page.split('id="post-snaps"')[1].split("</section>")[0]
    for told in (
        "Who signs in; a token needs the scope <code>write</code>.",
        "<code>application/json</code> or <code>text/plain</code>",
        "<code>Idempotency-Key</code>",
        "in the header",
        "<code>content</code>",
        "string; in the body; required",
        "one of private, followers, members, unlisted, public; in the body",
        '201 Created: <a href="#Snap">Snap</a>',
        "409 Conflict",
    ):
        assert told in section, told


def test_the_page_of_a_site_below_a_path_speaks_of_that_path(tmp_path):
    with site(tmp_path) as app:
        page = app.test_client().get("/api/v1/docs", base_url="https://commonplace.example/x").text
    assert 'href="/x/api/v1/openapi.json"' in page
    assert "https://commonplace.example/x/api/v1/users/me" in page
