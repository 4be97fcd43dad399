"""Fields that schemas of all rooms use beside marshmallow's own."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import fields


class Moment(fields.AwareDateTime):
    """A time with its offset, read as UTC; one that UTC has no year for is not valid."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None
