from commonplace.users.person_links import PersonLink, add_person_link, url_of_person
from commonplace.users.service_follows import block_user
from tests.doors import sign_in
from tests.factories import make_user

LINK = '<a class="menu__item" href="/@berta/followed">Anything else</a>'


def test_another_floor_adds_its_link_to_the_menu_on_the_pages_of_others(app, client, session):
    add_person_link(app, PersonLink("Anything else", "users.followed"))
    anna, _berta = make_user(session, "anna"), make_user(session, "berta")
    session.commit()
    assert LINK not in client.get("/@berta").text
    sign_in(client, anna)
    assert LINK in client.get("/@berta").text
    assert "Anything else" not in client.get("/@anna").text


def test_the_way_to_a_person_leads_to_whom_one_blocks_where_they_have_no_page_for_one(app, session):
    anna, berta = make_user(session, "anna"), make_user(session, "berta")
    block_user(session, anna, berta)
    with app.test_request_context():
        assert url_of_person(session, anna, berta) == "/@berta"
        assert url_of_person(session, berta, anna) == "/users/settings/blocks"
        assert url_of_person(session, anna, anna) == "/@anna"
