"""What a kind's manifest promises the floors below, held against the kind that there is."""

import pytest
from flask import url_for

from commonplace.entries.kinds import known_kinds
from commonplace.entries.models import Entry
from tests.factories import make_snap, make_user


def test_every_known_kind_is_known_by_the_name_that_its_entries_carry():
    assert known_kinds()
    for name, kind in known_kinds().items():
        assert name == kind.name == kind.model.__mapper__.polymorphic_identity
        assert issubclass(kind.model, Entry)
        assert kind.schema.show_endpoint == kind.item_schema.show_endpoint == kind.show_endpoint


@pytest.mark.parametrize("name", sorted(known_kinds()))
def test_the_pages_and_the_card_that_a_manifest_names_are_there(app, name):
    kind = known_kinds()[name]
    with app.test_request_context():
        assert url_for(kind.index_endpoint) == f"/{kind.package}/"
        assert url_for(kind.add_endpoint) == f"/{kind.package}/add"
        assert url_for(kind.show_endpoint, hash_key="0" * 22) == f"/{kind.package}/{'0' * 22}"
        assert app.jinja_env.get_template(kind.card_template)
        if kind.reply_endpoint is not None:
            assert url_for(kind.reply_endpoint) == f"/{kind.package}/add"
            assert app.jinja_env.get_template(kind.reply_template)
            assert app.jinja_env.get_template(kind.reply_form_template)


def test_what_a_kind_tells_of_an_entry_is_text_and_bytes(session):
    snap = make_snap(session, make_user(session, "ada"), name="a.py", content="print(1)\n")
    kind = known_kinds()["snap"]
    assert (kind.search_text(snap).title, kind.search_text(snap).body) == ("a.py", "print(1)\n")
    assert (kind.summary(snap).title, kind.summary(snap).body) == ("a.py", "print(1)")
    assert [file.content for file in kind.export_files(session, snap)] == [b"print(1)\n"]
