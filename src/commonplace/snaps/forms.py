"""HTML input of a snap, turned into the values that the service takes."""

from datetime import datetime

from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Length, ValidationError

from commonplace.core import clock
from commonplace.core.highlight import list_languages
from commonplace.core.text import check_text, decode_text
from commonplace.entries.models import AUDIENCES
from commonplace.snaps import rules
from commonplace.snaps.models import Snap
from commonplace.snaps.service import SnapValues
from commonplace.web.forms import EditForm

KEEP = "keep"
MAX_EXTENSION = 40


class SnapForm(EditForm):
    """Fields `name`, `extension`, `content` or `file`, `audience`, `expiry`."""

    name = StringField("File name", [Length(max=1000)], description="Such as fib.py; it may stay empty.")
    extension = SelectField("Language", default="", description="Guessed from name or text where you choose nothing.")
    content = TextAreaField("Text")
    file = FileField("Or a file", description="Kept byte for byte, up to 1 MiB of UTF-8 text.")
    audience = RadioField("Who may see it", choices=[SelectChoice(name) for name in AUDIENCES], default="members")
    expiry = SelectField("Kept until", choices=[SelectChoice(name) for name in rules.EXPIRIES], default="never")

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer every language, and the snap's own extension where it is none of theirs."""
        super().__init__(*args, **kwargs)
        offered = {language.extensions[0]: language.name for language in list_languages() if language.extensions}
        present = self.extension.data or ""
        if present not in offered and 0 < len(present) <= MAX_EXTENSION:
            offered = {present: f".{present}"} | offered
        self.extension.choices = [SelectChoice("", "Guess it"), *(SelectChoice(*pair) for pair in offered.items())]

    def validate_content(self, field: TextAreaField) -> None:
        """Ask for something: a form sent empty is a slip."""
        if not field.data and not (self.file.data and self.file.data.filename):
            raise ValidationError("Paste or type something, or choose a file.")

    def values(self, snap: Snap | None = None) -> SnapValues:
        """Return what the service takes; a chosen file goes before the text; raises Invalid for one that is no text."""
        upload = self.file.data
        if upload and upload.filename:
            content = decode_text("file", upload.read())
            check_text("file", content)
            name = self.name.data or upload.filename
        else:
            content = rules.read_form_text(self.content.data or "", snap.content if snap else None)
            name = self.name.data or ""
        return SnapValues(
            content=content,
            name=name,
            extension=self.extension.data or "",
            audience=self.audience.data,
            expires_on=self._expires_on(snap),
        )

    def _expires_on(self, snap: Snap | None) -> datetime | None:
        if self.expiry.data == KEEP and snap is not None:
            return snap.expires_on
        span = rules.EXPIRIES.get(self.expiry.data)
        return clock.now() + span if span else None

    @classmethod
    def of(cls, snap: Snap) -> "SnapForm":
        """Return the form to edit a snap, filled in; its expiry stays as it is unless another is chosen."""
        form = cls(obj=snap)
        if snap.expires_on is not None:
            form.expiry.choices = [SelectChoice(KEEP, "as it is"), *map(SelectChoice, rules.EXPIRIES)]
            form.expiry.data = form.expiry.data or KEEP
        return form
