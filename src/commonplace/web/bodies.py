"""What a request brings along: never more than the site accepts, and in forms only what is text in UTF-8."""

from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any, cast
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

from commonplace.core.errors import CommonplaceError
from commonplace.core.text import decode_text

TEXTS = frozenset({"about", "content", "note", "reason"})
"""Fields of forms that hold what a person took time to write."""
BYTES = "latin-1"
"""Stands for any bytes whatever, each as one character: so that it is ours to say which of them are text."""


class BoundedStream(LimitedStream):
    """A body that does not say how long it is; raises 413 where it goes on beyond the limit."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        """Read from `stream`, one byte beyond the limit at the most."""
        super().__init__(stream, limit + 1, is_max=True)

    def readinto(self, b: Any) -> int | None:
        """Read into the buffer as `io.RawIOBase` does."""
        size = super().readinto(b)
        if self.is_exhausted:
            raise RequestEntityTooLarge
        return size


class FormParser(FormDataParser):
    """Reads both sorts of form; raises Invalid with the position of what is not UTF-8, which is else replaced."""

    def _parse_urlencoded(self, stream: IO[bytes], *_args: Any) -> Any:
        fields = parse_qsl(stream.read().decode(BYTES), keep_blank_values=True, encoding=BYTES)
        return stream, self._decoded(fields), self.cls()

    def _parse_multipart(self, stream: IO[bytes], mimetype: str, length: int | None, options: dict[str, str]) -> Any:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("there is no boundary")
        parser = _BytesParser(
            stream_factory=self.stream_factory,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        form, files = parser.parse(stream, boundary, length)
        return stream, self._decoded(form.items(multi=True), is_name_decoded=True), files

    def _decoded(self, fields: Iterable[tuple[str, str]], *, is_name_decoded: bool = False) -> MultiDict[str, Any]:
        decoded: list[tuple[str, str]] = []
        for sent, value in fields:
            name = sent if is_name_decoded else sent.encode(BYTES).decode("utf-8", "replace")
            decoded.append((name, decode_text(name, value.encode(BYTES))))
        return self.cls(decoded)


class _BytesParser(MultiPartParser):
    def get_part_charset(self, headers: Any) -> str:
        return BYTES


class HouseRequest(Request):
    """A request whose body is bounded, and whose forms are UTF-8."""

    form_data_parser_class = FormParser

    @property
    def texts(self) -> list[str]:
        """What a person wrote into the form that was sent, as far as it can be read: not to be lost whatever fails."""
        with suppress(HTTPException, CommonplaceError):  # what failed may have been to read it
            return [value for name, value in self.form.items() if name in TEXTS and value.strip()]
        return []

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body; raises 413 where it is larger than the site accepts, said beforehand or not."""
        limit = self.max_content_length
        if self.content_length is None and limit is not None and "wsgi.input_terminated" in self.environ:
            return cast(IO[bytes], BoundedStream(self.environ["wsgi.input"], limit))
        return super().stream
