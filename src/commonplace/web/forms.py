"""What all forms share: their base, and what the service refused shown beside the fields of the form that was sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_wtf import FlaskForm
from wtforms import HiddenField

from commonplace.core.errors import CommonplaceError, Unavailable
from commonplace.web.current import session


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with its token against forgery."""


class EditForm(Form):
    """A form that also edits what is there: it carries the `version` that it was filled in with."""

    version = HiddenField()

    def take_version(self, present: int) -> bool:
        """Tell whether the form that was sent shows an older version; sent again it replaces the present one."""
        is_stale = self.is_submitted() and str(self.version.data or present) != str(present)
        self.version.data = str(present)
        return is_stale


@contextmanager
def errors_shown(form: Form) -> Iterator[None]:
    """Put what is refused within beside its field of the form; nothing of it is stored."""
    try:
        yield
    except Unavailable:
        raise
    except CommonplaceError as error:
        session().rollback()
        _show(form, error)


def _show(form: Form, error: CommonplaceError) -> None:
    for name, reason in (error.fields or {"": error.message}).items():
        if name in form:
            form[name].errors = [*form[name].errors, reason]
        else:
            form.form_errors.append(reason)
