"""The API told to its readers: OpenAPI 3.1 for programs, and a page for people."""

from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from commonplace.api.problems import MEDIA_TYPE
from commonplace.api.reference import list_objects, list_rooms
from commonplace.api.version import CURRENT, DOCS, PREFIX
from commonplace.web.failures import SENTENCES
from commonplace.web.guards import anyone

METHODS = ("get", "post", "put", "patch", "delete")

docs = Blueprint("api_docs", __name__, url_prefix=PREFIX, template_folder="templates")


@docs.get("/openapi.json")
@anyone
def openapi() -> Response:
    """The whole API in one OpenAPI document."""
    return jsonify(document(request.script_root))


@docs.get(DOCS)
@anyone
def page() -> str:
    """The same as a page to read."""
    described = document(request.script_root)
    server = described["servers"][0]["url"]
    return render_template("api/docs.html", server=server, rooms=list_rooms(described), objects=list_objects(described))


def document(root: str = "") -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a site below `root`, without the part that the middleware takes off paths."""
    spec = cast(dict[str, Any], current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict())
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                _document_failures(path, method, item[method])
    return spec | {
        "info": spec["info"] | {"description": "Everything on this site that a program may read and write."},
        "servers": [{"url": f"{root}{PREFIX}/v{CURRENT}"}],
        "paths": {path.removeprefix(PREFIX): item for path, item in spec["paths"].items()},
        "components": spec["components"] | _components(),
    }


def _document_failures(path: str, method: str, operation: dict[str, Any]) -> None:
    may_happen = {
        400: "requestBody" in operation or "parameters" in operation,
        401: True,
        403: True,
        404: "{" in path,
        409: method != "get",
        412: method in {"patch", "delete"},
        413: "requestBody" in operation,
        415: "requestBody" in operation,
        429: True,
    }
    for status in (status for status, may in may_happen.items() if may):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}


def _components() -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {
        HTTPStatus(status).name: {"description": sentence, "content": content} for status, sentence in SENTENCES.items()
    }
    return {
        "responses": failures
        | {"DEFAULT_ERROR": {"description": "Anything else that went wrong.", "content": content}},
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "basic", "description": "Name and password; every scope."},
            "bearer": {"type": "http", "scheme": "bearer", "description": "A personal token, `cpl_…`, of some scopes."},
        },
    }
