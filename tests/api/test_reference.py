import pytest

from commonplace.api.reference import Answer, Field, list_objects, list_rooms

DOCUMENT = {
    "tags": [{"name": "rooms_api", "description": "Rooms."}, {"name": "empty_api", "description": "Nothing."}],
    "paths": {
        "/rooms/{room_id}": {
            "parameters": [
                {"name": "room_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
            ],
            "patch": {
                "tags": ["rooms_api"],
                "summary": "Change a room.",
                "security": [{"bearer": ["write"]}, {"basic": []}],
                "parameters": [{"name": "If-Match", "in": "header", "description": "A version.", "schema": {}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/RoomIn"}}}},
                "responses": {
                    "default": {"$ref": "#/components/responses/DEFAULT_ERROR"},
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Room"}}}},
                    "204": {"description": "No Content"},
                },
            },
        },
        "/rooms": {
            "get": {
                "tags": ["rooms_api"],
                "summary": "List rooms.",
                "security": [{}, {"bearer": ["read"]}, {"basic": []}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Room"}}
                            }
                        }
                    }
                },
            }
        },
    },
    "components": {
        "responses": {
            "DEFAULT_ERROR": {
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            }
        },
        "schemas": {
            "Problem": {"properties": {"message": {"description": "Anything."}}},
            "Room": {"properties": {"owner": {"$ref": "#/components/schemas/Person"}}},
            "Person": {"properties": {"name": {"type": "string"}}},
            "RoomIn": {"required": ["name"], "properties": {"name": {"type": "string", "maxLength": 9}}},
        },
    },
}


def field_of(schema):
    document = DOCUMENT | {
        "components": DOCUMENT["components"] | {"schemas": {**DOCUMENT["components"]["schemas"], "Room": schema}}
    }
    return next(each.fields[0] for each in list_objects(document) if each.name == "Room")


def test_operations_stand_under_their_room_and_a_room_without_any_is_left_out():
    (room,) = list_rooms(DOCUMENT)
    assert room.description == "Rooms"
    assert [(each.method, each.path, each.summary, each.id) for each in room.operations] == [
        ("PATCH", "/rooms/{room_id}", "Change a room.", "patch-rooms-room_id"),
        ("GET", "/rooms", "List rooms.", "get-rooms"),
    ]


def test_an_operation_tells_who_calls_it_what_it_takes_and_what_it_answers():
    patch, get = list_rooms(DOCUMENT)[0].operations
    assert patch.callers == "Who signs in; a token needs the scope `write`."
    assert get.callers == "Anyone; a token needs the scope `read`."
    assert (patch.content_types, get.content_types) == (("application/json",), ())
    assert patch.fields == (
        Field("room_id", "path", "integer", is_required=True, description=""),
        Field("If-Match", "header", "any", is_required=False, description="A version."),
        Field("name", "body", "string, at most 9 characters", is_required=True, description=""),
    )
    assert patch.answers == (
        Answer("200", "OK", "Room"),
        Answer("204", "No Content", ""),
        Answer("4xx, 5xx", "Any other failure", "Problem"),
    )
    assert get.answers == (Answer("200", "OK", "Room"),)


def test_what_answers_hold_is_told_with_its_parts_and_what_is_only_sent_is_not():
    assert {each.name for each in list_objects(DOCUMENT)} == {"Problem", "Room", "Person"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"], "format": "date-time"}, "string or null, date-time"),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "integer, 1 to 100"),
        ({"type": "integer", "minimum": 1}, "integer, at least 1"),
        ({"type": "integer", "minimum": 0}, "integer"),
        ({"type": "string", "minLength": 8, "maxLength": 1000}, "string, 8 to 1000 characters"),
        ({"type": "string", "minLength": 1}, "string, at least 1 character"),
        ({"type": "string", "maxLength": 254, "format": "email"}, "string, at most 254 characters, email"),
        ({"type": "string", "enum": ["a", "b", None]}, "one of a, b"),
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Person"}}, "list of Person"),
        ({"$ref": "#/components/schemas/Person"}, "Person"),
        ({}, "any"),
    ],
)
def test_a_type_is_told_in_words(schema, told):
    assert field_of({"properties": {"x": schema}}).type == told
