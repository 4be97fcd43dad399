"""The only way bytes are kept: by name, in a folder; what keeps them elsewhere answers the same calls."""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from commonplace.core.errors import Invalid, NotFound, Unavailable

NAME = re.compile(r"(?=.{1,900}\Z)[A-Za-z0-9][A-Za-z0-9._-]{0,199}(/[A-Za-z0-9][A-Za-z0-9._-]{0,199})*\Z")
INCOMING = ".incoming"
FORGOTTEN_AFTER_S = 24 * 60 * 60


class Storage(Protocol):
    """Bytes by name: letters, digits, `.`, `_`, `-`, in parts divided by `/`; other names raise `Invalid`."""

    def put(self, name: str, content: bytes | BinaryIO) -> None:
        """Keep the bytes, or all that the stream holds, in place of what was there: the whole or nothing."""

    def open(self, name: str) -> BinaryIO:
        """Return a stream of the bytes, which the caller closes; raise `NotFound` when there are none."""

    def size(self, name: str) -> int:
        """Return how many bytes there are; raise `NotFound` when there are none by that name."""

    def exists(self, name: str) -> bool:
        """Tell whether there is anything by that name."""

    def delete(self, name: str) -> None:
        """Remove the bytes; a name that is not there is as good as removed."""

    def list_names(self, prefix: str = "") -> Iterator[str]:
        """Yield every name that starts so, in no promised order."""

    def is_empty(self) -> bool:
        """Tell whether nothing at all is kept."""

    def check(self) -> None:
        """Raise `OSError` where nothing could be kept now."""


def make_storage(url: str) -> Storage:
    """Return the storage at `url`, such as `file:///srv/files`, or raise `ValueError` with one sentence."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError(f"files are kept in a folder only: write file:///…, not {parts.scheme or 'a plain path'}")
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise ValueError("the folder for files is a whole path after three slashes: file:///srv/commonplace/files")
    return DiskStorage(Path(unquote(parts.path)))


class DiskStorage:
    """Files below one folder, which nothing leaves: not by its name, not by a symbolic link."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is missing, and clear what a crash left half written a day ago."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder.resolve()
        self._incoming = self._folder / INCOMING
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        for leftover in self._incoming.iterdir():
            with suppress(FileNotFoundError):  # another process clears too
                if leftover.stat().st_mtime < time.time() - FORGOTTEN_AFTER_S:
                    leftover.unlink()

    def put(self, name: str, content: bytes | BinaryIO) -> None:
        """Keep the bytes: written aside, flushed to the disk, then put in place at one stroke."""
        path = self._path(name)
        temporary = self._incoming / secrets.token_hex(16)
        with _disk_faults():
            try:
                with temporary.open("xb") as file:
                    file.write(content) if isinstance(content, bytes) else shutil.copyfileobj(content, file)
                    file.flush()
                    os.fsync(file.fileno())
                self._make_folder(path.parent)
                temporary.replace(path)
                flush_folder(path.parent)
            finally:
                temporary.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """Return a stream of the bytes."""
        path = self._path(name)
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound("That file is not there.") from None

    def size(self, name: str) -> int:
        """Return the size in bytes."""
        path = self._path(name)
        if not path.is_file():
            raise NotFound("That file is not there.")
        return path.stat().st_size

    def exists(self, name: str) -> bool:
        """Tell whether there is a file by that name."""
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        """Remove the file, for good."""
        path = self._path(name)
        if path.is_file():
            path.unlink(missing_ok=True)
            flush_folder(path.parent)

    def list_names(self, prefix: str = "") -> Iterator[str]:
        """Yield every name that starts so; links and what is still being written are none."""
        top = prefix.rpartition("/")[0]
        for folder, subfolders, files in os.walk(self._path(top) if top else self._folder):
            subfolders[:] = [each for each in subfolders if not each.startswith(".")]
            for path in (Path(folder, file) for file in files):
                name = path.relative_to(self._folder).as_posix()
                if name.startswith(prefix) and NAME.match(name) and not path.is_symlink():
                    yield name

    def is_empty(self) -> bool:
        """Tell whether there is no file."""
        return next(self.list_names(), None) is None

    def check(self) -> None:
        """Make a file beside those that are kept, and remove it."""
        probe = self._incoming / secrets.token_hex(16)
        probe.touch(mode=0o600)
        probe.unlink()

    def _path(self, name: str) -> Path:
        path = self._folder
        for part in name.split("/"):
            path /= part
            if not NAME.match(name) or path.is_symlink():
                raise Invalid("A file cannot be kept under that name.")
        return path

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush_folder(folder.parent)


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except (FileExistsError, IsADirectoryError, NotADirectoryError):
        raise Invalid("A file cannot be kept under that name: it is in the way of another.") from None
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Unavailable("There is no room for another file: ask the owner of this site.", retry_after=600) from fault


def flush_folder(folder: Path) -> None:
    """Make a change of names in `folder` survive a power cut, as fsync(2) asks for."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
