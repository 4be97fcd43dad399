import pytest
from flask import Flask, render_template_string, request

from commonplace.core.pagination import Page
from commonplace.web import addresses
from commonplace.web.addresses import LARGEST


@pytest.fixture
def app():
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    addresses.init_app(app)
    app.add_url_rule("/rooms/<name>", "room", links)
    app.add_url_rule("/rows/<int:number>", "row", lambda number: f"row {number}")
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def links(name):
    page = Page((name,), request.args.get("is_more"))
    return render_template_string("{{ older_url(page)|safe }} {{ newest_url()|safe }}", page=page)


def test_the_page_after_keeps_what_the_address_says_and_takes_its_own_cursor(client):
    links = client.get("/rooms/blue?cursor=here&tag=a&tag=b%26c&is_more=there").text
    kept = "tag=a&tag=b%26c&is_more=there"
    assert links == f"/rooms/blue?{kept}&cursor=there /rooms/blue?{kept}"


def test_the_last_page_has_none_after_it_and_the_first_no_first(client):
    assert client.get("/rooms/blue?tag=a").text == " "


@pytest.mark.parametrize("name", ["endpoint", "name", "_external", "_scheme", "_anchor", "_method", "values"])
def test_no_name_in_a_query_means_anything_else_to_a_link(client, name):
    first = f"/rooms/blue?{name}=javascript&is_more=there"
    assert client.get(f"/rooms/blue?cursor=x&{name}=javascript&is_more=there").text == f"{first}&cursor=there {first}"


def test_a_link_stays_below_the_path_of_the_site(client):
    links = client.get("/rooms/blue?is_more=there", base_url="http://localhost/x").text
    assert links == "/x/rooms/blue?is_more=there&cursor=there "


def test_the_way_back_is_the_path_with_its_query_and_that_of_the_site(client, app):
    app.add_url_rule("/here", "here", addresses.here_url)
    assert client.get("/here").text == "/here"
    assert client.get("/here?tag=a&tag=b%26c", base_url="http://localhost/x").text == "/x/here?tag=a&tag=b%26c"


@pytest.mark.parametrize(
    ("number", "row"), [("0", 0), ("17", 17), (LARGEST, LARGEST), (LARGEST + 1, LARGEST), ("9" * 100, LARGEST)]
)
def test_a_number_that_no_database_holds_counts_as_the_largest(client, number, row):
    assert client.get(f"/rows/{number}").text == f"row {row}"


@pytest.mark.parametrize("number", ["-1", "1.0", "x", "9" * 5000])
def test_what_is_no_number_is_not_found(client, number):
    assert client.get(f"/rows/{number}").status_code == 404


def test_a_nul_in_a_query_is_refused_and_its_spelling_is_not(app):
    app.register_error_handler(Exception, lambda error: (error.message, error.status))
    client = app.test_client()
    refused = client.get("/rooms/blue?tag=a%00b")
    assert (refused.status_code, "NUL" in refused.text) == (400, True)
    assert client.get("/rooms/blue?tag=%2500").status_code == 200
