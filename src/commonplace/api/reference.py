"""The OpenAPI document in the words of the page for people: rooms, their operations, and the objects they speak of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Json = Mapping[str, Any]
RANGES = (("minimum", "maximum", ""), ("minLength", "maxLength", " characters"))


@dataclass(frozen=True)
class Field:
    """What an operation takes or gives by a name; `place` is path, query, header or body."""

    name: str
    place: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Answer:
    """What an operation may answer; `object` is the name of what stands in it, if anything."""

    status: str
    title: str
    object: str


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    callers: str
    content_types: tuple[str, ...]
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Room:
    """The operations of one room, under its sentence."""

    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Object:
    """What answers hold: its fields."""

    name: str
    fields: tuple[Field, ...]


def list_rooms(document: Json) -> list[Room]:
    """Return all operations, by room, in the document's order."""
    return [
        Room(tag["description"].rstrip("."), tuple(_operations_of(document, tag["name"])))
        for tag in document["tags"]
        if any(_operations_of(document, tag["name"]))
    ]


def list_objects(document: Json) -> list[Object]:
    """Return what successful answers hold, and what failures do, by name."""
    named = {answer.object for room in list_rooms(document) for each in room.operations for answer in each.answers}
    wanted = _with_parts(document, named - {""})
    schemas = document["components"]["schemas"]
    return [Object(name, tuple(_fields_of(document, schemas[name]))) for name in schemas if name in wanted]


def _with_parts(document: Json, names: set[str]) -> set[str]:
    parts = {
        field.type.rsplit(" ", 1)[-1]
        for name in names
        for field in _fields_of(document, document["components"]["schemas"][name])
    }
    more = (parts & document["components"]["schemas"].keys()) - names
    return _with_parts(document, names | more) if more else names


def _operations_of(document: Json, tag: str) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters" and tag in operation["tags"]:
                yield _operation(document, path, method, operation)


def _operation(document: Json, path: str, method: str, operation: Json) -> Operation:
    parameters = [*document["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
    bodies = operation.get("requestBody", {}).get("content", {})
    return Operation(
        id=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        callers=_callers(operation["security"]),
        content_types=tuple(bodies),
        fields=(
            *(
                _field(each["name"], each, each["schema"], is_required=each.get("required", False))
                for each in parameters
            ),
            *(field for body in bodies.values() for field in _fields_of(document, body["schema"])),
        ),
        answers=tuple(_answer(document, *pair) for pair in sorted(operation["responses"].items())),
    )


def _callers(security: list[dict[str, list[str]]]) -> str:
    scope = next(scheme["bearer"][0] for scheme in security if "bearer" in scheme)
    return f"{'Anyone' if {} in security else 'Who signs in'}; a token needs the scope `{scope}`."


def _answer(document: Json, status: str, response: Json) -> Answer:
    if "$ref" in response:
        response = document["components"]["responses"][_name(response)]
    schema: Json = next((content["schema"] for content in response.get("content", {}).values()), {})
    title = HTTPStatus(int(status)).phrase if status.isdigit() else "Any other failure"
    return Answer(status if status.isdigit() else "4xx, 5xx", title, _name(schema.get("items", schema)))


def _fields_of(document: Json, schema: Json) -> Iterator[Field]:
    resolved = document["components"]["schemas"][_name(schema)] if "$ref" in schema else schema
    required = resolved.get("required", ())
    for name, each in resolved.get("properties", {}).items():
        yield _field(name, {"in": "body"} | each, each, is_required=name in required)


def _field(name: str, described: Json, schema: Json, *, is_required: bool) -> Field:
    return Field(name, described["in"], _type(schema), is_required, described.get("description", ""))


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return _name(schema)
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return f"one of {', '.join(str(each) for each in schema['enum'] if each is not None)}"
    types = schema.get("type", "any")
    plain = " or ".join(types) if isinstance(types, list) else str(types)
    return ", ".join([plain, *_bounds(schema), *([schema["format"]] if "format" in schema else ())])


def _bounds(schema: Json) -> Iterator[str]:
    for lower, upper, unit in RANGES:
        least, most = schema.get(lower, 0), schema.get(upper)
        if least and most is not None:
            yield f"{least} to {most}{unit}"
        elif most is not None:
            yield f"at most {most}{unit}"
        elif least:
            yield f"at least {least}{unit if least > 1 else unit.removesuffix('s')}"


def _name(schema: Json) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
