import pytest
from flask import Flask, jsonify
from werkzeug.exceptions import PreconditionFailed

from commonplace.api.etags import check_if_match, with_etag


@pytest.fixture
def client():
    app = Flask(__name__)
    app.add_url_rule("/row", "read", lambda: with_etag(jsonify(content="x"), "row-3"))
    return app.test_client()


def test_what_is_read_says_its_version(client):
    assert client.get("/row").headers["ETag"] == '"row-3"'


@pytest.mark.parametrize("known", ['"row-3"', 'W/"row-3"', '"row-2", "row-3"', "*"])
def test_who_has_this_version_gets_no_other(client, known):
    response = client.get("/row", headers={"If-None-Match": known})
    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", '"row-3"')


@pytest.mark.parametrize("known", ['"row-2"', "row", ""])
def test_who_has_another_version_gets_this(client, known):
    response = client.get("/row", headers={"If-None-Match": known})
    assert (response.status_code, response.json) == (200, {"content": "x"})


@pytest.mark.parametrize("wanted", [None, "", '"row-3"', '"row-2", "row-3"', "*", '"row-3.12-likes"'])
def test_an_edit_of_the_present_version_goes_on(wanted):
    headers = {} if wanted is None else {"If-Match": wanted}
    with Flask(__name__).test_request_context(method="PATCH", headers=headers):
        check_if_match("row-3")


@pytest.mark.parametrize("wanted", ['"row-2"', 'W/"row-3"', '"row-2", "row-4"', '""', '"row-30"', '"row-2.row-3"'])
def test_an_edit_of_another_version_is_412(wanted):
    with (
        Flask(__name__).test_request_context(method="PATCH", headers={"If-Match": wanted}),
        pytest.raises(PreconditionFailed),
    ):
        check_if_match("row-3")
