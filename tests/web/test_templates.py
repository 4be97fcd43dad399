import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, flash, render_template, render_template_string
from flask.testing import FlaskClient
from wtforms import Form, RadioField, StringField, TextAreaField

import commonplace
from commonplace.web.failures import SENTENCES, Failure

PACKAGE = Path(commonplace.__file__).parent
TEMPLATES = sorted(path for path in PACKAGE.glob("*/templates/**/*.html") if "mail" not in path.parts)
COMPONENT_SHEETS = sorted((PACKAGE / "web" / "static" / "css" / "components").glob("*.css"))
COMPONENTS = [path for path in TEMPLATES if path.parent.parent.parent.name == "web"]
SHEETS = sorted(PACKAGE.glob("*/static/**/*.css"))
SCRIPTS = sorted(PACKAGE.glob("*/static/**/*.js"))
AUDIENCES = ("private", "followers", "members", "unlisted", "public")


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def classes_in(template: str) -> Iterator[str]:
    """The class names a template writes out; one that goes on with a value is cut off before it."""
    for value in re.findall(r'class="((?:\{\{.*?\}\}|[^"])*)"', template):
        yield from re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value).split()


def classes_styled() -> set[str]:
    rules = "".join(re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL) for sheet in SHEETS)
    return set(re.findall(r"\.([a-z][\w-]*)", rules))


@pytest.fixture
def client(frame: Flask) -> FlaskClient:
    frame.add_url_rule("/page", "page", lambda: render_template_string(PAGE))
    return frame.test_client()


PAGE = '{% extends "layout.html" %}{% block title %}A page{% endblock %}{% block kind %}snap{% endblock %}'


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_markup_alone(path: Path) -> None:
    source = path.read_text()
    markup = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    assert not re.search(r"<style|<script(?![^>]* src=)|\s(style|on[a-z]+)=|javascript:", markup)
    assert not re.search(r'(src|href|action)="(https?:)?//', markup)
    assert "|safe" not in source


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_template_compiles(frame: Flask, path: Path) -> None:
    frame.jinja_env.get_template(str(path.relative_to(PACKAGE / "web" / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_page_has_a_title(path: Path) -> None:
    source = path.read_text()
    is_page = "{% extends " in source and not path.name.endswith("layout.html")
    assert ("{% block title %}" in source) or not is_page


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_every_class_is_styled(path: Path) -> None:
    styled = classes_styled()
    unknown = {
        name
        for name in classes_in(path.read_text())
        if name not in styled and not (name.endswith("--") and any(known.startswith(name) for known in styled))
    }
    assert unknown == set()


def test_every_style_is_used() -> None:
    written = "".join(path.read_text() for path in (*TEMPLATES, *SCRIPTS, *(PACKAGE / "web").glob("*.py")))
    defined = {
        name
        for sheet in COMPONENT_SHEETS
        for name in re.findall(r"^  \.([a-z][\w-]*)", sheet.read_text(), re.MULTILINE)
    }
    unused = {name for name in defined if name not in written and f"{name.split('--')[0]}--{{{{" not in written}
    assert unused == set()


@pytest.mark.parametrize("sheet", COMPONENT_SHEETS, ids=name_of)
def test_a_components_sheet_begins_with_its_markup(sheet: Path) -> None:
    opening = re.match(r"/\*\n(.*?)\*/\n@layer components \{\n", sheet.read_text(), re.DOTALL)
    assert opening
    assert "<" in opening[1]


@pytest.mark.parametrize("sheet", SHEETS, ids=name_of)
def test_a_sheet_is_short_and_in_a_layer(sheet: Path) -> None:
    text = sheet.read_text()
    assert len(text.splitlines()) <= 200
    assert "!important" not in text
    assert re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).lstrip().startswith("@layer ")


def test_a_page_carries_its_title_and_its_kind(client: FlaskClient) -> None:
    page = client.get("/page").text
    assert "<title>A page · The Kitchen Table</title>" in page
    assert '<body data-kind="snap">' in page


def test_nobody_is_offered_to_sign_in(client: FlaskClient) -> None:
    page = client.get("/page").text
    assert 'href="/users/login"' in page
    assert "Sign out" not in page
    assert "/snaps/add" not in page


def test_a_viewer_is_offered_what_is_theirs(frame: Flask, client: FlaskClient) -> None:
    frame.jinja_env.globals["viewer"] = SimpleNamespace(username="ada", role="member")
    page = client.get("/page").text
    assert '<a class="menu__item" href="/@ada">Your page</a>' in page
    assert re.search(r'<form class="post-button" method="post" action="/users/logout">\s*<input type="hidden"', page)
    assert re.findall(r'class="menu__item" href="(/\w+/add)"', page) == ["/snaps/add", "/recipes/add"]


@pytest.mark.parametrize(("role", "is_offered"), [("member", False), ("moderator", True), ("owner", True)])
def test_invitations_are_for_who_looks_after_the_site(frame: Flask, role: str, is_offered: bool) -> None:
    frame.jinja_env.globals["viewer"] = SimpleNamespace(username="ada", role=role)
    with frame.test_request_context():
        assert ("/users/invitations" in render_template_string(PAGE)) == is_offered


def test_a_site_of_one_kind_needs_no_menu_for_new_ones(frame: Flask, client: FlaskClient) -> None:
    only = frame.jinja_env.globals["kinds"][0]
    frame.jinja_env.globals.update(viewer=SimpleNamespace(username="ada", role="member"), kinds=[replace(only)])
    page = client.get("/page").text
    assert re.search(r'<a class="button button--primary"\s+href="/snaps/add"\s+id="new-entry">New snap</a>', page)


def test_the_present_list_is_marked(frame: Flask) -> None:
    with frame.test_request_context("/recipes/"):
        page = render_template_string(PAGE)
    assert re.findall(r'href="([^"]+)"\s+data-kind="\w*" aria-current="page"', page) == ["/recipes/"]


def test_a_search_keeps_its_words_and_they_stay_text(frame: Flask) -> None:
    with frame.test_request_context('/search?q="><b>'):
        page = render_template_string(PAGE)
    assert 'value="&#34;&gt;&lt;b&gt;"' in page


def test_messages_are_told_politely(frame: Flask) -> None:
    with frame.test_request_context("/"):
        flash("The snap was <shared>.")
        flash("It is too large.", "error")
        page = render_template_string(PAGE)
    assert '<div class="flashes" role="status">' in page
    assert "The snap was &lt;shared&gt;." in page
    assert re.search(r'notice--error">\s*<strong>Error: </strong>It is too large\.', page)


class SampleForm(Form):
    name = StringField("Name")
    text = TextAreaField("Text")
    audience = RadioField("Who may see it", choices=AUDIENCES, default="members")


def render_form(frame: Flask, call: str, **names: object) -> str:
    form = SampleForm(**names)
    form.name.errors = ["It is taken."]
    imports = '{% from "components/forms.html" import audience_chooser, code_area, labelled, problems %}'
    with frame.test_request_context():
        return render_template_string(imports + call, form=form)


def test_a_field_tells_its_label_hint_and_error(frame: Flask) -> None:
    html = render_form(frame, '{{ labelled(form.name, hint="As you like.", autocomplete="off") }}')
    assert '<label class="field__label" for="name">Name</label>' in html
    assert '<p class="field__hint" id="name-hint">As you like.</p>' in html
    assert '<p class="field__error" id="name-error">It is taken.</p>' in html
    control = re.search(r"<input[^>]*>", html)
    assert control
    assert 'aria-describedby="name-hint name-error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'autocomplete="off"' in control[0]


def test_a_field_without_hint_or_error_names_none(frame: Flask) -> None:
    assert "aria-" not in render_form(frame, "{{ labelled(form.text) }}")


@pytest.mark.parametrize("text", ["\nsecond line", "\n\nthird", "plain", "</textarea><b>"])
def test_a_text_keeps_its_first_line_break(frame: Flask, text: str) -> None:
    html = render_form(frame, "{{ code_area(form.text) }}", text=text)
    inside = re.search(r"<textarea[^>]*>\r?\n(.*)</textarea>", html, re.DOTALL)  # the one that HTML drops
    assert inside
    assert inside[1].replace("&lt;", "<").replace("&gt;", ">") == text


def test_the_errors_of_a_form_lead_to_their_fields(frame: Flask) -> None:
    html = render_form(frame, "{{ problems(form) }}")
    assert 'role="alert"' in html
    assert re.search(r'<a href="#name">Name</a>: It is taken\.', html)


def test_every_audience_says_who_that_is(frame: Flask) -> None:
    html = render_form(frame, "{{ audience_chooser(form.audience) }}")
    assert re.findall(r'value="(\w+)"', html) == list(AUDIENCES)
    assert len(set(re.findall(r'id="audience-\d-hint">([^<]+\.)</p>', html))) == len(AUDIENCES)
    assert re.search(r'<input[^>]*checked[^>]*value="members"', html)


@pytest.mark.parametrize("status", sorted({*SENTENCES} - {401, 406, 408, 415, 422}))
def test_an_error_page_says_what_happened_and_what_to_do(frame: Flask, status: int) -> None:
    failure = Failure(status, SENTENCES[status], fields={"name": "It is <taken>."})
    with frame.test_request_context():
        page = render_template("errors/error.html", failure=failure, request_id="0f3a", texts=[])
    paragraphs = re.findall(r"<p>([^<]+)</p>", page)
    assert paragraphs[0] == SENTENCES[status]
    assert len(paragraphs) == 2
    assert "name: It is &lt;taken&gt;." in page
    assert "<code>0f3a</code>" in page


def test_an_error_page_without_advice_still_says_what_happened(frame: Flask) -> None:
    with frame.test_request_context():
        failure = Failure(418, "There is no coffee.")
        page = render_template("errors/error.html", failure=failure, request_id="", texts=[])
    assert "<p>There is no coffee.</p>" in page
    assert "Number of this request" not in page


def test_robots_are_told_where_nothing_is_to_find(frame: Flask) -> None:
    with frame.test_request_context():
        assert "Disallow: /search\n" in render_template("robots.txt")
