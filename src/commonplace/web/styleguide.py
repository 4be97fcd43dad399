"""A page that shows every component with sample values, for whoever builds one; served in development only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from markupsafe import Markup
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from commonplace.core import clock
from commonplace.core.errors import NotFound
from commonplace.web.failures import SENTENCES, Failure
from commonplace.web.guards import anyone

AUDIENCES = ("private", "followers", "members", "unlisted", "public")
CODE = '''def fibonacci(count):
    """Yield the first `count` Fibonacci numbers."""
    here, there = 0, 1
    for _ in range(count):
        yield here
        here, there = there, here + there


print(*fibonacci(12))  # a long line, for which the listing scrolls sideways or, if one prefers it, wraps
'''

pages = Blueprint("styleguide", __name__, url_prefix="/styleguide")


@dataclass(frozen=True)
class SampleAuthor:
    """A user, as far as a component looks at one."""

    username: str = "ada"


@dataclass(frozen=True)
class SampleTally:
    """What became of an entry, as far as a component looks at it."""

    likes: int = 0
    replies: int = 0
    is_liked: bool | None = False


@dataclass(frozen=True)
class SampleEntry:
    """An entry, as far as a component looks at one."""

    hash_key: str
    kind: str
    audience: str
    created_on: datetime
    author: SampleAuthor = field(default_factory=SampleAuthor)
    edited_on: datetime | None = None
    expires_on: datetime | None = None
    tally: SampleTally = field(default_factory=SampleTally)
    hidden_on: datetime | None = None


@dataclass(frozen=True)
class SamplePerson:
    """A user in a list of people."""

    id: int
    username: str
    about: str
    is_present: bool = True


@dataclass(frozen=True)
class SampleRelation:
    """How a person is related to the viewer."""

    is_followed: bool = False
    follows_you: bool = False
    is_blocked: bool = False
    blocks_you: bool = False
    is_muted: bool = False


class SampleForm(Form):
    """One field of each sort."""

    username = StringField("User name")
    email = EmailField("E-mail address")
    password = PasswordField("Password")
    about = TextAreaField("About you", default="\nThe first line of this text is empty.")
    language = SelectField("Language", choices={"py": "Python", "rs": "Rust", "": "Plain text"})
    picture = FileField("Picture")
    content = TextAreaField("Code", default=CODE)
    is_remembered = BooleanField("Stay signed in")
    digest = RadioField("Mail", choices={"daily": "Once a day", "never": "Never"}, default="never")
    audience = RadioField("Who may see it", choices=dict.fromkeys(AUDIENCES, ""), default="members")


PERSONS = (
    SamplePerson(1, "ada", "I look after the **machines** here, and the list of who has a key."),
    SamplePerson(2, "tomasz", "Electronics, mostly small, occasionally on purpose. " * 4),
    SamplePerson(3, "yusuf", ""),
)
RELATIONS = {
    1: SampleRelation(is_followed=True, follows_you=True),
    2: SampleRelation(is_muted=True),
    3: SampleRelation(),
}


@pages.get("/")
@anyone
def index() -> str:
    """Show all components."""
    form = SampleForm()
    faulty = SampleForm(prefix="faulty-")
    faulty.email.errors = ["This is not an e-mail address: write it as name@example.org."]
    return render_template(
        "styleguide/index.html",
        form=form,
        faulty=faulty,
        entries=_sample_entries(clock.now()),
        persons=PERSONS,
        relations=RELATIONS,
        code=CODE,
        lines=number_lines(CODE),
    )


@pages.get("/error/<int:status>")
@anyone
def error(status: int) -> str:
    """Show an error page."""
    if status not in SENTENCES:
        raise NotFound("No error page has this number.")
    failure = Failure(status, SENTENCES[status])
    return render_template("errors/error.html", failure=failure, request_id="0f3a9c5e7b21", texts=["Dear all,"])


def number_lines(code: str) -> Markup:
    """Return plain code as the lines that a listing wants."""
    lines = code.splitlines(keepends=True)
    return Markup("").join(
        Markup('<span id="L{}">{}</span>').format(number, line) for number, line in enumerate(lines, 1)
    )


def _sample_entries(now: datetime) -> list[SampleEntry]:
    return [
        SampleEntry("a", "snap", "members", now - timedelta(minutes=3), expires_on=now + timedelta(days=6, hours=1)),
        SampleEntry(
            "b",
            "post",
            "followers",
            now - timedelta(hours=5),
            edited_on=now - timedelta(hours=4),
            tally=SampleTally(likes=12, replies=2, is_liked=True),
        ),
        SampleEntry("c", "photo", "public", now - timedelta(days=2), tally=SampleTally(1, 1, is_liked=None)),
        SampleEntry("d", "recipe", "members", now - timedelta(days=40), hidden_on=now - timedelta(days=39)),
    ]
