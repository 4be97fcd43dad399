import io
import json
import re
import zipfile
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

import pytest

from commonplace.core import clock
from commonplace.entries.archive import write_archive
from commonplace.entries.kinds import known_kinds
from commonplace.snaps.service import SnapValues, edit_snap
from tests.factories import make_snap, make_user

MOMENT = datetime(2025, 2, 1, 9, 5, 0, 7, tzinfo=UTC)
HOSTILE = [
    "revisions",
    "-rf.sh",
    "a#b?c%2e%00.py",
    '"><script>alert(1)</script>.html',
    "{title} %s.txt",
    "C:con.txt",
    "日本語" * 80 + ".py",
    "e" * 200 + "." + "x" * 50,
    "...",
    "trailing. ",
    "\u202efdp.exe",
    "a'b`c$(d);.sh",
]


@pytest.fixture
def ada(session):
    return make_user(session, "ada")


def export(session, user, site_name="The Kitchen Table"):
    target = io.BytesIO()
    write_archive(session, target, user, known_kinds(), site_name=site_name, site_url="https://kitchen.example")
    return zipfile.ZipFile(target)


def described(archive):
    return json.loads(archive.read("entries.json"))["entries"]


def test_the_archive_holds_the_account_every_entry_and_every_text_that_ever_was(session, ada):
    ada.about, ada.created_on = "é <b>", MOMENT
    snap = make_snap(session, ada, content="one\r\n", name="a.py", audience="private", created_on=MOMENT)
    edit_snap(session, ada, snap, SnapValues("two", name="b.py", audience="private"))
    edit_snap(session, ada, snap, SnapValues("\ufeffthree 日本", name="b.py", audience="unlisted"))
    key, edited_on = snap.hash_key, snap.edited_on
    archive = export(session, ada)
    account = json.loads(archive.read("account.json"))
    assert account == {
        "username": "ada",
        "email": "ada@example.org",
        "about": "é <b>",
        "role": "member",
        "created_on": MOMENT.isoformat(),
    }
    (entry,) = described(archive)
    assert (
        entry
        | {
            "kind": "snap",
            "hash_key": key,
            "audience": "unlisted",
            "name": "b.py",
            "extension": "py",
            "content": "\ufeffthree 日本",
            "revision": 3,
            "author": {"id": ada.id, "username": "ada"},
        }
        == entry
    )
    assert datetime.fromisoformat(entry["created_on"]) == MOMENT
    assert datetime.fromisoformat(entry["edited_on"]) == edited_on
    assert {name: archive.read(name).decode() for name in entry["files"]} == {
        f"snaps/{key}/b.py": "\ufeffthree 日本",
        f"snaps/{key}.revisions/2/b.py": "two",
        f"snaps/{key}.revisions/1/a.py": "one\r\n",
    }
    assert set(archive.namelist()) == {*entry["files"], "account.json", "entries.json", "index.html"}


def test_what_is_in_the_trash_is_in_it_and_marked(session, ada):
    deleted_on = make_snap(session, ada, content="thrown away").deleted_on = clock.now()
    make_snap(session, ada, content="kept")
    session.flush()
    archive = export(session, ada)
    assert [entry["deleted_on"] for entry in described(archive)] == [deleted_on.isoformat(), None]
    assert b"thrown away" in b"".join(archive.read(file) for file in described(archive)[0]["files"])
    assert archive.read("index.html").decode().count("public, in the trash:") == 1


def test_nothing_of_others_is_in_it(session, ada):
    bob = make_user(session, "bob")
    make_snap(session, bob, content="bobs words")
    fork_of_others = make_snap(session, ada, content="kept")
    session.flush()
    archive = export(session, ada)
    assert [entry["hash_key"] for entry in described(archive)] == [fork_of_others.hash_key]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for words in (b"bobs words", b"bob@example.org", ada.password.encode()):
        assert words not in everything


def test_an_archive_of_nothing_is_whole_too(session, ada):
    archive = export(session, ada)
    assert described(archive) == []
    assert "<ol>" in archive.read("index.html").decode()


def test_more_entries_than_a_batch_holds_all_come_along_oldest_first(session, ada):
    names = [f"{number}.txt" for number in range(205)]
    for name in names:
        make_snap(session, ada, content="", name=name)
    session.commit()
    assert [entry["name"] for entry in described(export(session, ada))] == names


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_unpacks_where_it_should_and_its_link_leads_there(session, ada, tmp_path, name):
    snap = make_snap(session, ada, content="one", name=name, extension="txt")
    kept_name = snap.name
    edit_snap(session, ada, snap, SnapValues("two", name=name, extension="txt", audience="public"))
    archive = export(session, ada, site_name="A & B")
    (entry,) = described(archive)
    assert entry["name"] == kept_name
    archive.extractall(tmp_path / "out")
    unpacked = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    assert unpacked == set(archive.namelist())
    assert sorted(path.read_text() for path in (tmp_path / "out" / "snaps").rglob("*") if path.is_file()) == [
        "one",
        "two",
    ]
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    links = [unquote(unescape(link)) for link in re.findall(r'href="(snaps/[^"]*)"', page)]
    assert links == entry["files"]
    assert "<script" not in page
    assert "<title>ada on A &amp; B</title>" in page
    for path in archive.namelist():
        assert not re.search(r'[<>:"\\|?*]|[. ](/|$)', path)
        assert all(len(part.encode()) <= 255 for part in path.split("/"))
        assert not path.startswith("/")
        assert ".." not in path.split("/")
