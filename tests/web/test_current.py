import pytest
from flask import g

from commonplace.web.current import READING, house, is_unattended, note_unattended, reads_only, session


def test_the_house_is_the_one_the_application_serves(app):
    with app.app_context():
        assert house() is app.extensions["commonplace"]


def test_a_request_has_one_session_opened_when_it_is_first_asked_for(app):
    with app.test_request_context("/"):
        assert "session" not in g
        assert session() is session()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_a_session_is_for_writing_where_the_request_is(app, method):
    with app.test_request_context("/", method=method):
        options = session().connection().get_execution_options()
        assert ("writes" in options) is (method not in READING)


def test_a_request_is_attended_unless_that_is_noted_of_it(app):
    with app.test_request_context("/"):
        assert not is_unattended()
        note_unattended()
        assert is_unattended()
    with app.test_request_context("/"):
        assert not is_unattended()


def test_a_form_that_stores_nothing_is_read_without_writing(app):
    app.add_url_rule("/look", "look", reads_only(lambda: ""), methods=["POST"])
    with app.test_request_context("/look", method="POST"):
        assert "writes" not in session().connection().get_execution_options()
