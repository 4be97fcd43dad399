import pytest

from tests.doors import sign_in
from tests.factories import make_post, make_user


@pytest.fixture
def ada(session):
    user = make_user(session, "ada")
    make_post(session, user, "one #Größe")
    make_post(session, user, "two #grösse", audience="members")
    make_post(session, user, "of another #size")
    session.commit()
    return user


def test_a_tags_page_holds_its_posts_as_the_viewer_may_see_them(client, ada):
    page = client.get("/tags/grösse").text
    assert ("one" in page, "two" in page, "of another" in page) == (True, False, False)
    sign_in(client, ada)
    page = client.get("/tags/grösse").text
    assert ("one" in page, "two" in page, "of another" in page) == (True, True, False)


@pytest.mark.parametrize("suffix", ["", ".atom"])
def test_every_spelling_leads_to_the_one_page(client, ada, suffix):
    response = client.get(f"/tags/GRÖSSE{suffix}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/tags/gr%C3%B6sse{suffix}")


@pytest.mark.parametrize("tag", ["1", "a-b", "%00", "a%20b", "x" * 51, "_"])
@pytest.mark.parametrize("suffix", ["", ".atom"])
def test_what_is_no_tag_has_no_page(client, ada, tag, suffix):
    assert client.get(f"/tags/{tag}{suffix}").status_code == 404


def test_a_tag_that_nobody_used_says_what_would_stand_there(client, ada):
    page = client.get("/tags/unused")
    assert page.status_code == 200
    assert "#unused” is in its text" in page.text


def test_the_pages_of_a_tag_together_are_the_whole(client, ada, session):
    for number in range(25):
        make_post(session, ada, f"number-{number}. #many")
    session.commit()
    first = client.get("/tags/many").text
    older = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(older).text
    assert first.count("number-") == 20
    assert second.count("number-") == 5
    assert "number-24." in first
    assert "number-0." in second


def test_the_feed_of_a_tag_holds_public_posts_only(client, ada):
    response = client.get("/tags/grösse.atom")
    assert response.mimetype == "application/atom+xml"
    assert ("one #Größe" in response.text, "two" in response.text) == (True, False)
    assert "<title>#grösse</title>" in response.text
