import json

import pytest
from flask import Flask

from commonplace.api.version import ApiVersionMiddleware, api_url_for, is_api_path
from tests.sites import site

MERELY_SIMILAR = ["/apiary", "/api.json", "/apis/v1/snaps", "/API/v1/snaps", "/x/api/v1/snaps", "/"]


def inner(environ, start_response):
    """Answer with what the application behind the middleware sees."""
    start_response("200 OK", [])
    return [json.dumps([environ["PATH_INFO"], environ.get("API_VERSION")]).encode()]


def seen(path, **environ):
    app = ApiVersionMiddleware(inner)
    return json.loads(b"".join(app({"PATH_INFO": path} | environ, lambda *_: None)))


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("/api/v1/snaps", "/api/snaps"),
        ("/api/v1/snaps/v2", "/api/snaps/v2"),
        ("/api/v1", "/api"),
        ("/api/v1/", "/api/"),
        ("/api/snaps", "/api/snaps"),
        ("/api", "/api"),
        ("/api/v1x/snaps", "/api/v1x/snaps"),
        ("/api/V1/snaps", "/api/V1/snaps"),
        ("/api/v/snaps", "/api/v/snaps"),
        ("/api/v-1/snaps", "/api/v-1/snaps"),
        ("/api/v1.0/snaps", "/api/v1.0/snaps"),
        ("/api/v1\n/snaps", "/api/v1\n/snaps"),
        ("/api/v1/v1/snaps", "/api/v1/snaps"),
    ],
)
def test_the_version_is_taken_off_the_path(path, rest):
    assert seen(path) == [rest, 1]


@pytest.mark.parametrize(
    ("path", "version"),
    [("/api/v2/snaps", "2"), ("/api/v01/snaps", "01"), ("/api/v0", "0"), ("/api/v99999999999", "99999999999")],
)
def test_an_unknown_version_is_passed_on_as_it_was_asked_for(path, version):
    assert seen(path)[1] == version


def test_a_header_does_the_same_and_the_path_goes_before_it():
    assert seen("/api/snaps", HTTP_API_VERSION="1") == ["/api/snaps", 1]
    assert seen("/api/snaps", HTTP_API_VERSION="2") == ["/api/snaps", "2"]
    assert seen("/api/v1/snaps", HTTP_API_VERSION="2") == ["/api/snaps", 1]


@pytest.mark.parametrize("path", MERELY_SIMILAR)
def test_what_is_not_below_api_has_no_version(path):
    assert seen(path, HTTP_API_VERSION="7") == [path, None]


@pytest.mark.parametrize("asked", ["/api/v2/snaps", "/api/v01/snaps", "/api/v7", "/api/v7/docs", "/api/v0/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_version_is_not_found_with_the_known_ones(client, asked, method):
    response = client.open(asked, method=method)
    assert response.status_code == 404
    assert "Known versions: 1." in response.text


def test_an_unknown_version_is_a_problem_like_any_other(client):
    response = client.get("/api/snaps", headers={"API-Version": "x" * 50})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.json["message"] == f"There is no version {'x' * 20} of this API. Known versions: 1."


@pytest.mark.parametrize("path", MERELY_SIMILAR[:-1])
def test_what_merely_looks_like_the_api_is_a_page_that_is_not_there(client, path):
    response = client.get(path, headers={"API-Version": "7"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1x/snaps", "/api/v1/snaps/"])
def test_an_address_of_no_operation_is_not_found(client, path):
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_the_documentation_is_a_page_and_the_document_is_not():
    assert [is_api_path(path) for path in ("/api/docs", "/api/openapi.json", "/api", "/apiary")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("root", "expected"), [("", "/api/v1/rows/7?a=b"), ("/x", "/x/api/v1/rows/7?a=b")])
def test_an_address_has_the_version_put_back_in(root, expected):
    app = Flask(__name__)
    app.add_url_rule("/api/rows/<int:number>", "row", lambda number: f"row {number}")
    app.wsgi_app = ApiVersionMiddleware(app.wsgi_app)
    with app.test_request_context("/api/rows/1", base_url=f"http://localhost{root}"):
        assert api_url_for("row", number=7, a="b", left_out=None) == expected


def test_a_site_below_a_path_has_its_api_there(tmp_path):
    with site(tmp_path) as app:
        response = app.test_client().get("/api/v1/openapi.json", base_url="http://localhost/x")
    assert response.json["servers"] == [{"url": "/x/api/v1"}]
