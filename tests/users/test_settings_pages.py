from commonplace.users.settings_pages import SettingsPage, add_settings_page
from tests.doors import sign_in
from tests.factories import make_user


def test_another_room_adds_its_page_before_the_one_that_ends_it_all(app, client, session):
    add_settings_page(app, SettingsPage("Anything else", "users.confirm", "a page of another room."))
    user = make_user(session, "anna")
    session.commit()
    sign_in(client, user)
    page = client.get("/users/settings").text
    assert page.index("Tokens</a>") < page.index("Anything else</a>") < page.index("Delete account</a>")
    assert "a page of another room." in page
