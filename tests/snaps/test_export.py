from commonplace.snaps.export import export_files
from commonplace.snaps.service import SnapValues, edit_snap
from tests.factories import make_snap, make_user


def test_the_text_and_every_former_version_are_files_of_their_own(session):
    ada = make_user(session, "ada")
    snap = make_snap(session, ada, content="\ufeffone\r\n", name="a.py")
    edit_snap(session, ada, snap, SnapValues("two 日本", name="b.py"))
    files = {file.name: file.content for file in export_files(session, snap)}
    assert files == {
        f"{snap.hash_key}/b.py": "two 日本".encode(),
        f"{snap.hash_key}.revisions/1/a.py": b"\xef\xbb\xbfone\r\n",
    }


def test_no_name_makes_two_files_clash(session):
    ada = make_user(session, "ada")
    names = ["revisions", "1", "a.py", "a.py"]
    snaps = [make_snap(session, ada, content="x", name=name) for name in names]
    for snap in snaps:
        edit_snap(session, ada, snap, SnapValues("y", name="revisions"))
    paths = [file.name for snap in snaps for file in export_files(session, snap)]
    folders = {path.rsplit("/", 1)[0] for path in paths}
    assert len(set(paths)) == len(paths) == 8
    assert not folders & set(paths)
