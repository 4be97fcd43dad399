import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonplace.posts import rendering
from commonplace.posts.models import Post
from tests.core.html_rules import broken_rules

TEXTS = st.text(st.sampled_from("@#ab_ada.-*`[](/)\\ \n<>&\"'") | st.characters(), max_size=80)


@pytest.fixture
def request_context(app):
    with app.test_request_context():
        yield app


def links(html):
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', html)


@pytest.mark.usefixtures("request_context")
def test_names_of_users_and_tags_are_links_and_other_names_are_text():
    html = rendering.html_of(Post(content="@ADA, @bob: #Größe #1", mentioned="Ada"))
    assert links(html) == [("/@Ada", "@ADA"), ("/tags/gr%C3%B6sse", "#Größe")]
    assert "@bob" in html


def test_links_stay_below_the_path_of_the_site(app):
    for root in ("", "/x"):
        with app.test_request_context(base_url=f"http://localhost{root}"):
            html = rendering.html_of(Post(content="@ada #tag", mentioned="ada"))
        assert [address for address, _ in links(html)] == [f"{root}/@ada", f"{root}/tags/tag"]


@pytest.mark.usefixtures("request_context")
def test_html_comes_from_the_cache_by_text_and_names(monkeypatch):
    made = []
    render = rendering.render
    monkeypatch.setattr(rendering, "render", lambda *args: made.append(args[0]) or render(*args))
    for _ in range(2):
        rendering.html_of(Post(content="@ada", mentioned="ada"))
        rendering.html_of(Post(content="@ada", mentioned=""))
        rendering.html_of(Post(content="@bob", mentioned="ada"))
    assert made == ["@ada", "@ada", "@bob"]
    rendering.preview_of("@ada", "ada")
    rendering.preview_of("@ada", "ada")
    assert len(made) == 5


@pytest.mark.usefixtures("request_context")
def test_a_list_shows_the_beginning_of_a_long_post():
    long, short = Post(content="word " * 500, mentioned=""), Post(content="word", mentioned="")
    assert rendering.is_long(long)
    assert not rendering.is_long(short)
    assert len(rendering.start_of(long)) < 700 < len(rendering.html_of(long))
    assert rendering.start_of(short) == rendering.html_of(short)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_any_text_with_names_and_tags_comes_out_as_html_that_keeps_the_rules(request_context, content):
    html = rendering.preview_of(content, "ada b a.a")
    assert broken_rules(html) == []
    for address, text in links(html):
        if address.startswith("/@"):
            assert text.casefold() in {"@ada", "@b", "@a.a"}
