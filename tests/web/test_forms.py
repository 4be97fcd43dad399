import pytest
from wtforms import StringField

from commonplace.core.errors import Conflict, Invalid, Unavailable
from commonplace.users.models import User
from commonplace.web.current import session as current_session
from commonplace.web.forms import Form, errors_shown
from tests.doors import csrf_token, send, sign_in
from tests.factories import make_snap, make_user

SENTENCE = "This form could not be told to be yours, so nothing was changed"


class NameForm(Form):
    name = StringField("Name")


@pytest.fixture
def form(app):
    with app.test_request_context(method="POST"):
        form = NameForm(meta={"csrf": False})
        form.validate()
        yield form


def test_a_reason_stands_beside_its_field_and_one_of_no_field_above_all(form):
    with errors_shown(form):
        raise Invalid("Look again.", fields={"name": "Taken.", "other": "Of no field."})
    assert (form.name.errors, form.form_errors) == (["Taken."], ["Of no field."])


def test_a_failure_of_no_field_stands_above_all(form):
    with errors_shown(form):
        raise Conflict("Somebody was faster.")
    assert (list(form.name.errors), form.form_errors) == ([], ["Somebody was faster."])


def test_what_was_written_before_a_refusal_is_undone(form):
    with errors_shown(form):
        make_user(current_session(), "ada")
        raise Invalid("Look again.")
    assert current_session().query(User).count() == 0


@pytest.mark.parametrize("error", [Unavailable("Too often.", retry_after=9, status=429), RuntimeError("a defect")])
def test_what_is_no_fault_of_the_form_is_not_shown_in_it(form, error):
    with pytest.raises(type(error)), errors_shown(form):
        raise error
    assert form.errors == {}


SENT_BY_MAIL_PROGRAMS = "/notifications/unsubscribe/<token>"  # which saw no form of ours: the address is the proof


def pages_that_write(app, entry):
    known = {"hash_key": entry.hash_key, "username": "ada", "token": "x"}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and not rule.rule.startswith(("/api/", SENT_BY_MAIL_PROGRAMS)):
            yield adapter.build(rule.endpoint, {name: known.get(name, 1) for name in rule.arguments})


@pytest.mark.parametrize("token", [None, "", "x", "of another"])
def test_every_page_that_writes_refuses_a_form_that_is_not_its_own(app, client, session, token):
    ada = make_user(session, "ada", role="owner")
    entry = make_snap(session, ada)
    session.commit()
    sign_in(client, ada)
    other = csrf_token(app.test_client(), "/users/login")
    data = {} if token is None else {"csrf_token": other if token == "of another" else token}
    paths = list(pages_that_write(app, entry))
    assert len(paths) > 20
    for path in paths:
        refused = client.post(path, data=data | {"username": "eve", "content": "x", "password": "x"})
        assert (refused.status_code, SENTENCE in refused.text) == (400, True), path
    session.expire_all()
    assert (entry.deleted_on, entry.version, session.query(User).count()) == (None, 1, 1)
    assert client.get("/users/settings").status_code == 200


def test_a_form_sent_without_its_cookie_is_told_so(client):
    token = csrf_token(client, "/users/login")
    client.delete_cookie("commonplace")
    refused = client.post("/users/login", data={"csrf_token": token, "username": "ada", "password": "x"})
    assert (refused.status_code, "keeps no cookies" in refused.text) == (400, True)


def test_a_script_may_send_the_token_in_a_header(client):
    token = csrf_token(client, "/users/login")
    sent = client.post("/users/login", data={"username": "nobody", "password": "x"}, headers={"X-CSRFToken": token})
    assert (sent.status_code, "The name or the password is wrong." in sent.text) == (200, True)


def test_a_form_error_commits_nothing_and_shows_what_was_filled_in(client, session):
    page = send(client, "/users/signup", username="ada", email="not an address", password="long enough, surely")
    assert (page.status_code, 'value="ada"' in page.text) == (200, True)
    assert session.query(User).count() == 0


def test_the_api_asks_for_no_token(app, client):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    adapter = app.url_map.bind("localhost")
    for rule in rules:
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1) | {"hash_key": "0" * 22})
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            assert SENTENCE not in client.open(path, method=method).text, (method, path)
