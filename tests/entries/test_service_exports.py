from commonplace.entries.queries import find_export, list_exports
from commonplace.entries.service_exports import finish_export, request_export
from tests.factories import make_user


def test_to_ask_again_while_an_archive_is_being_made_changes_nothing(session):
    ada, bob = make_user(session, "ada"), make_user(session, "bob")
    export = request_export(session, ada)
    assert (export.state, export.size) == ("pending", None)
    assert request_export(session, ada) is export
    assert request_export(session, bob) is not export
    assert len(list_exports(session)) == 2


def test_a_finished_archive_stays_until_a_newer_one_is_asked_for(session):
    ada = make_user(session, "ada")
    first = request_export(session, ada)
    finish_export(session, first, 1234)
    assert (first.state, first.size) == ("ready", 1234)
    assert find_export(session, ada) is first
    second = request_export(session, ada)
    assert second.file_name != first.file_name
    assert find_export(session, ada) is second
    assert first.state == "ready"
