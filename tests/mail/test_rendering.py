import pytest
from jinja2 import TemplateNotFound, UndefinedError

from commonplace.mail.rendering import render
from tests.mail.conftest import LETTER

SITE = {"site_name": "The <Kitchen>", "site_url": "https://x.example", "unsubscribe_url": None}


def test_the_text_holds_the_link_alone_on_its_line_and_escapes_nothing():
    lines = render(**LETTER, **SITE).text.splitlines()
    assert LETTER["link"] in lines
    assert "The <Kitchen>" in lines
    assert lines[0] == "Hello Alice,"


def test_the_page_escapes_what_it_is_given():
    html = render(**LETTER | {"greeting": "Hello <script>,"}, **SITE).html
    assert "<script>" not in html
    assert "Hello &lt;script&gt;," in html
    assert 'href="http://127.0.0.1:5000/users/reset/' in html
    assert "?a=1&amp;b=2" in html


def test_a_letter_may_have_no_link():
    bodies = render(**LETTER | {"link": "", "label": ""}, **SITE)
    assert "http://127" not in bodies.text + bodies.html


def test_the_way_to_get_no_more_is_shown_where_there_is_one():
    url = "https://x.example/unsubscribe/1"
    bodies = render(**LETTER, **SITE | {"unsubscribe_url": url})
    assert url in bodies.text
    assert url in bodies.html


def test_a_missing_value_or_template_is_an_error():
    with pytest.raises(UndefinedError):
        render("mail/letter", **SITE, subject="a")
    for name in ("mail/nothing", "nowhere/letter", "../mail/letter"):
        with pytest.raises(TemplateNotFound):
            render(name, **SITE)
