"""The forms of notifications: what was seen, and a row of choices for each sort of event."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self

from wtforms import BooleanField, Field, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import NumberRange, Optional

from commonplace.notifications.models import EVENTS, Event
from commonplace.notifications.rules import Channels, hears_of_reports
from commonplace.users.models import User
from commonplace.users.queries import MAX_ID
from commonplace.web.forms import Form

EVENT_NAMES: Mapping[Event, str] = {
    "followed": "Somebody follows you",
    "replied": "Somebody replies to you",
    "mentioned": "Somebody mentions you",
    "liked": "Somebody likes what you shared",
    "reported": "Somebody reports something",
}
CADENCE_CHOICES = [
    SelectChoice("never", "Never"),
    SelectChoice("immediately", "At once"),
    SelectChoice("daily", "Daily"),
    SelectChoice("weekly", "Weekly"),
]


class ReadForm(Form):
    """How far the list was seen: the newest id on it."""

    up_to = IntegerField(validators=[Optional(), NumberRange(1, MAX_ID)])


class Row(NamedTuple):
    """The three choices for one sort of event."""

    event: Event
    name: str
    is_on_page: Field
    is_live: Field
    cadence: Field


class ChannelsForm(Form):
    """For each sort of event the fields `<event>_is_on_page`, `<event>_is_live` and `<event>_cadence`."""

    @classmethod
    def of(cls, user: User, channels: Mapping[Event, Channels]) -> Self:
        """Return the form as the user chose before; reports are for those alone who hear of them."""
        present = {f"{event}_{name}": value for event in EVENTS for name, value in vars(channels[event]).items()}
        form = cls(data=present)
        if not hears_of_reports(user):
            del form.reported_is_on_page, form.reported_is_live, form.reported_cadence
        return form

    def rows(self) -> Iterator[Row]:
        """Yield the fields by event."""
        for event, name in EVENT_NAMES.items():
            if f"{event}_cadence" in self:
                fields = (self[f"{event}_{field}"] for field in ("is_on_page", "is_live", "cadence"))
                yield Row(event, name, *fields)

    def values(self) -> dict[Event, Channels]:
        """Return what the service takes."""
        return {row.event: Channels(row.is_on_page.data, row.is_live.data, row.cadence.data) for row in self.rows()}


for _event in EVENTS:
    setattr(ChannelsForm, f"{_event}_is_on_page", BooleanField("On the page"))
    setattr(ChannelsForm, f"{_event}_is_live", BooleanField("Live"))
    setattr(ChannelsForm, f"{_event}_cadence", RadioField("By mail", choices=CADENCE_CHOICES))
