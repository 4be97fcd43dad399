from commonplace.moderation.paths import list_paths, path_to
from commonplace.moderation.service import create_report
from tests.factories import make_snap


def test_an_entry_is_named_by_its_path_also_one_of_a_kind_that_is_not_installed():
    assert path_to("snap", "x") == "/snaps/x"
    assert path_to("poem", "x") == "/poem/x"


def test_the_entries_of_reports_are_named_and_those_of_people_left_out(session, people):
    snap = make_snap(session, people.ada)
    of_entry, _ = create_report(session, people.bob, people.ada, "x", entry=snap)
    of_person, _ = create_report(session, people.bob, people.ada, "x")
    assert list_paths(session, [of_entry, of_person]) == {snap.id: f"/snaps/{snap.hash_key}"}
    assert list_paths(session, [of_person]) == {}
