"""The forms of moderation. What a text may hold the rules decide; here only that it is no flood."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from commonplace.moderation.rules import NOTE_LENGTH, REASON_LENGTH
from commonplace.users.rules import MAX_EMAIL
from commonplace.web.forms import Form


class ReportForm(Form):
    """Why moderators should look."""

    reason = TextAreaField("What is wrong", [Length(max=2 * REASON_LENGTH)], render_kw={"maxlength": REASON_LENGTH})


class NoteForm(Form):
    """What a moderator wants to be remembered of a decision."""

    note = TextAreaField("Note", [Length(max=2 * NOTE_LENGTH)], render_kw={"maxlength": NOTE_LENGTH, "rows": 2})

    @classmethod
    def for_item(cls, number: int) -> "NoteForm":
        """Return one of several that stand on one page, told apart by their number."""
        form = cls(formdata=None)
        form.note.id = f"note-{number}"
        return form


class SuspendForm(NoteForm):
    """Whom to suspend."""

    username = StringField(
        "Name",
        [InputRequired("Fill this in."), Length(max=MAX_EMAIL)],
        render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"},
    )
