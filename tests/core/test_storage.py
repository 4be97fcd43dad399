import io
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonplace.core.errors import Invalid, NotFound
from commonplace.core.storage import DiskStorage, Storage, make_storage

HOSTILE = [
    "",
    ".",
    "..",
    "../outside",
    "a/../../outside",
    "a/..",
    "a/./b",
    "/etc/passwd",
    "//a",
    "a//b",
    "a/",
    "a\x00b",
    "a\nb",
    "a\n",
    "a\\..\\b",
    ".hidden",
    "a/.hidden",
    ".incoming/x",
    "a b",
    "\N{SNOWMAN}",
    "~root",
    "C:x",
    "a" * 201,
    "/".join(["abc"] * 300),
]
part = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,8}\Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def storage(folder: Path) -> Storage:
    return DiskStorage(folder)


def read(storage: Storage, name: str) -> bytes:
    with storage.open(name) as stream:
        return stream.read()


class Breaking(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 100_000:
            raise ConnectionResetError("the sender has gone")
        return super().read(size)


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO], ids=["bytes", "stream"])
@given(content=st.binary(max_size=3000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
def test_what_is_put_comes_back(storage: Storage, wrap: type, content: bytes) -> None:
    storage.put("photos/7/large.webp", wrap(content))
    assert read(storage, "photos/7/large.webp") == content
    assert storage.size("photos/7/large.webp") == len(content)
    assert storage.exists("photos/7/large.webp")


def test_a_second_put_replaces_the_first_and_leaves_an_open_stream_alone(storage: Storage) -> None:
    storage.put("a", b"first")
    with storage.open("a") as stream:
        storage.put("a", b"second, longer")
        assert stream.read() == b"first"
    assert read(storage, "a") == b"second, longer"


def test_a_stream_that_breaks_leaves_what_was_there_and_no_rubbish(storage: Storage, folder: Path) -> None:
    storage.put("a", b"whole")
    with pytest.raises(ConnectionResetError):
        storage.put("a", Breaking(b"x" * 1_000_000))
    assert read(storage, "a") == b"whole"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["a"]


def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    storage.put("a/b", b"x")
    for name in ("nothing", "a", "a/b/c"):
        assert not storage.exists(name)
        with pytest.raises(NotFound):
            storage.open(name)
        with pytest.raises(NotFound):
            storage.size(name)


def test_delete_removes_and_may_be_repeated(storage: Storage) -> None:
    storage.put("a/b", b"x")
    storage.delete("a/b")
    storage.delete("a/b")
    storage.delete("a")
    assert not storage.exists("a/b")
    assert storage.is_empty()


def test_a_name_in_the_way_of_another_is_invalid(storage: Storage) -> None:
    storage.put("a/b", b"x")
    with pytest.raises(Invalid):
        storage.put("a", b"y")
    with pytest.raises(Invalid):
        storage.put("a/b/c", b"y")
    assert list(storage.list_names()) == ["a/b"]


def test_names_are_listed_by_any_prefix(storage: Storage) -> None:
    names = {"photos/1/large.webp", "photos/1/small.webp", "photos/12/large.webp", "snaps/1"}
    for name in names:
        storage.put(name, b"x")
    assert set(storage.list_names()) == names
    assert set(storage.list_names("photos/1/")) == {"photos/1/large.webp", "photos/1/small.webp"}
    assert set(storage.list_names("photos/1")) == names - {"snaps/1"}
    assert set(storage.list_names("photos/1/l")) == {"photos/1/large.webp"}
    assert list(storage.list_names("nothing/here")) == []


def test_an_empty_storage_says_so(storage: Storage) -> None:
    assert storage.is_empty()
    storage.put("a", b"")
    assert not storage.is_empty()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_invalid_for_every_call(storage: Storage, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").write_bytes(b"not ours")
    calls = [storage.open, storage.size, storage.exists, storage.delete, lambda name: storage.put(name, b"x")]
    for call in calls:
        with pytest.raises(Invalid):
            call(name)
    assert (tmp_path / "outside").read_bytes() == b"not ours"
    assert storage.is_empty()


@given(name=st.text(max_size=40) | st.lists(part, min_size=1, max_size=4).map("/".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_whatever_the_name_nothing_is_written_outside(storage: Storage, tmp_path: Path, name: str) -> None:
    with suppress(Invalid):
        storage.put(name, b"x")
        assert name in set(storage.list_names(name))
        storage.delete(name)
    assert storage.is_empty()
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_symbolic_link_leads_nowhere(storage: Storage, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"not ours")
    (folder / "out").symlink_to(outside)
    (folder / "file").symlink_to(outside / "secret")
    (folder / "loop").symlink_to(folder / "loop")
    for name in ("out/secret", "out/new", "file", "loop", "loop/new"):
        for call in (storage.open, storage.delete, lambda name: storage.put(name, b"x")):
            with pytest.raises(Invalid):
                call(name)
    assert storage.is_empty()
    assert [(path.name, path.read_bytes()) for path in outside.iterdir()] == [("secret", b"not ours")]


def test_the_folder_itself_may_stand_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "files").symlink_to(tmp_path / "disk")
    DiskStorage(tmp_path / "files").put("a", b"x")
    assert (tmp_path / "disk" / "a").read_bytes() == b"x"


def test_only_this_user_may_look_into_the_folder(storage: Storage, folder: Path) -> None:
    storage.put("a/b", b"x")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "a")] == [0o700, 0o700]


def test_what_a_crash_left_a_day_ago_is_cleared_and_nothing_younger(storage: Storage, folder: Path) -> None:
    for name, age in (("old", 25), ("young", 23)):
        leftover = folder / ".incoming" / name
        leftover.write_bytes(b"half")
        os.utime(leftover, (time.time() - age * 3600,) * 2)
    DiskStorage(folder)
    assert [path.name for path in (folder / ".incoming").iterdir()] == ["young"]
    assert storage.is_empty()


WRITER = """
import sys
from pathlib import Path
from commonplace.core.storage import DiskStorage
storage = DiskStorage(Path(sys.argv[1]))
for number in range(100_000):
    storage.put(f"a/{number % 5}", str(number).encode() * 50_000)
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_files_and_all_that_it_answered(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE) as writer:
        assert isinstance(writer.stdout, io.BufferedReader)
        for _ in range(20):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        answered = [19, *map(int, writer.stdout.read().split())][-1]
    storage = DiskStorage(folder)
    numbers = [numbers_in(storage.open(name)) for name in storage.list_names()]
    assert len(numbers) == 5
    assert all(len(found) == 1 for found in numbers)
    assert max(max(found) for found in numbers) in {answered, answered + 1}


def numbers_in(stream: BinaryIO) -> set[int]:
    with stream:
        content = stream.read()
    size = len(content) // 50_000
    return {int(content[at : at + size]) for at in range(0, len(content), size)}


def test_a_file_url_makes_a_folder(tmp_path: Path) -> None:
    storage = make_storage((tmp_path / "my files").as_uri())
    storage.put("a", b"x")
    assert (tmp_path / "my files" / "a").read_bytes() == b"x"


@pytest.mark.parametrize(
    "url",
    ["s3://key:secret@bucket?endpoint=x", "/srv/files", "files", "", "file://files", "file:files", "file:///a?b=c"],
)
def test_another_url_is_refused_in_one_line_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*file:///[^\n]*$") as caught:
        make_storage(url)
    assert "secret" not in str(caught.value)
