"""The API's parts in flask-smorest, taught the contract: 400 for bad input, problems for errors, one document."""

from collections.abc import Callable, Iterator
from json import JSONDecodeError
from typing import Any, NoReturn, Protocol, TypeVar, cast

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import BaseConverter

from commonplace.core.errors import Invalid
from commonplace.core.text import check_text, decode_text

UTF_8 = frozenset({"utf-8", "utf8", "ascii", "us-ascii"})
"""Charsets that a body may say it is in: UTF-8, and what is a part of it."""
Operation = TypeVar("Operation", bound=Callable[..., Any])


class Decorator(Protocol):
    """Leaves an operation's type as it is."""

    def __call__(self, operation: Operation, /) -> Operation:
        """Return the operation, with more around it."""


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    message = fields.Raw(metadata={"description": "The sentence, or the reasons by field."})


class Parser(FlaskParser):
    """Reads arguments; the first reason per field is told, and a field nobody knows is a fault."""

    DEFAULT_VALIDATION_STATUS = 400
    __location_map__ = FlaskParser.__location_map__ | {"json_or_text": "load_json_or_text"}
    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "json_or_text", "query"), RAISE)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return a JSON body's fields; raises Invalid for what no database keeps, 415 for any other type of body."""
        if not req.is_json and req.get_data():
            raise UnsupportedMediaType("Send application/json.")
        _check_charset(req, "application/json")
        try:
            fields = super().load_json(req, schema)
            for name, value in fields.items() if isinstance(fields, dict) else ():
                for text in _texts_in(value):
                    check_text(name, text)
        except (RecursionError, ValueError):  # nested too deep, or a number of thousands of digits
            raise Invalid("The body is JSON that is nested too deep, or holds a number that is too long.") from None
        return fields

    def load_json_or_text(self, req: Request, schema: Schema) -> Any:
        """Return a JSON body's fields, or a text as `content` with the other fields from the address.

        Raises Invalid with the position of the first byte that is not UTF-8, 415 for any other type of body.
        """
        if req.mimetype == "text/plain":
            _check_charset(req, "text/plain")
            return {**req.args, "content": decode_text("content", req.get_data())}
        if not req.is_json:
            raise UnsupportedMediaType("Send application/json or text/plain.")
        return self.load_json(req, schema)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Any,
    ) -> NoReturn:
        """Raise the failure of every field at once."""
        reasons = {
            name: _first_reason(reason)
            for place in error.normalized_messages().values()  # type: ignore[no-untyped-call]  # marshmallow left this one out
            for name, reason in (place.items() if isinstance(place, dict) else [("body", place)])
        }
        if "_schema" in reasons:
            raise Invalid("The body must be a JSON object: `{`, fields by name, `}`.")
        raise Invalid("; ".join(f"{name}: {reason}" for name, reason in reasons.items()), fields=reasons)

    def _handle_invalid_json_error(
        self, error: JSONDecodeError | UnicodeDecodeError, req: Request, *args: Any, **kwargs: Any
    ) -> NoReturn:
        if isinstance(error, UnicodeDecodeError):
            raise Invalid("The body is not valid JSON in UTF-8.") from None
        if error.msg.startswith("Bytes decoding error"):  # webargs' words; its line is not that of the body
            raise Invalid(f"The body is not valid JSON in UTF-8: byte {error.pos} does not fit.") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise Invalid(f"The body is not valid JSON: {error.msg} at {place}.") from None


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A room's operations. Their guard, idempotency and documentation are decorators on each method."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING | {
        "json_or_text": "application/json"
    }

    def arguments(self, schema: type[Schema], *, location: str = "json") -> Decorator:
        """Hand the operation what was sent, checked by the schema, as a dictionary."""
        read = cast("Decorator", super().arguments(schema, location=location))
        if location != "json_or_text":
            return read
        text = {"schema": {"type": "string", "description": "`content`; the other fields stand in the address."}}
        as_text = self.doc(requestBody={"content": {"text/plain": text}})
        return lambda operation: cast(Any, as_text(read(operation)))

    def response(self, status: int, schema: type[Schema] | Schema | None = None) -> Decorator:
        """Document what the operation answers with when all is well."""
        return cast("Decorator", super().response(status, schema))


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest has no types
    """The document of all operations; errors are left to the house's own table."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        pass  # web.failures is the one table, for pages and API alike


def make_api() -> Api:
    """Return the API without an application yet."""
    api = Api(
        spec_kwargs={
            "title": "Commonplace",
            "version": "1",
            "openapi_version": "3.1.0",
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_name_of),
        }
    )
    api.register_converter(BaseConverter, lambda converter: {"type": "string", "pattern": f"^{converter.regex}$"})
    return api


def _name_of(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def _check_charset(req: Request, mimetype: str) -> None:
    if req.mimetype_params.get("charset", "utf-8").lower() not in UTF_8:
        raise UnsupportedMediaType(f"Send {mimetype} in UTF-8, and no other charset.")


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(each)


def _first_reason(reason: Any) -> str:
    while isinstance(reason, dict | list):
        values = list(reason.values()) if isinstance(reason, dict) else reason
        reason = values[0] if values else "is not valid"
    return str(reason)
