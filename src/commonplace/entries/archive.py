"""A user's archive: JSON for programs, files as they are, and pages that a person can read without us."""

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from html import escape
from posixpath import basename, splitext
from typing import IO, Any, BinaryIO
from urllib.parse import quote

from sqlalchemy.orm import Session

from commonplace.entries import queries
from commonplace.entries.kinds import Kind
from commonplace.entries.models import Entry
from commonplace.users.models import User

BATCH = 20
FORBIDDEN = re.compile(r'[<>:"\\|?*]|[. ]$')  # by Windows
LONGEST_NAME = 240  # in bytes; a disk takes 255
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p>Everything you shared on {site}, oldest first. The same is in <a href="entries.json">entries.json</a>.</p>
<ol>
{items}
</ol>
</html>
"""


def write_archive(
    session: Session,
    target: BinaryIO,
    user: User,
    kinds: Mapping[str, Kind],
    *,
    site_name: str,
    site_url: str,
) -> None:
    """Write the zip archive of all that `user` has here, the trash included, to `target`."""
    account = {
        "username": user.username,
        "email": user.email,
        "about": user.about,
        "role": user.role,
        "created_on": user.created_on.isoformat(),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryFile() as described:
        archive.writestr("account.json", _json(account))
        described.write(f'{{"site": {json.dumps(site_url)}, "entries": [\n'.encode())
        items = _store_entries(archive, described, session, user, kinds)
        described.write(b"\n]}\n")
        described.seek(0)
        with archive.open("entries.json", "w", force_zip64=True) as file:
            shutil.copyfileobj(described, file)
        title = f"{user.username} on {site_name}"
        archive.writestr("index.html", PAGE.format(title=escape(title), site=escape(site_name), items="\n".join(items)))


def _store_entries(
    archive: zipfile.ZipFile, described: IO[bytes], session: Session, user: User, kinds: Mapping[str, Kind]
) -> list[str]:
    """Store the files of all entries, describe each in JSON, and return the items of the page."""
    items: list[str] = []
    for entry in _each(session, user, kinds):
        kind = kinds[entry.kind]
        files = [_store(archive, kind, file.name, file.content) for file in kind.export_files(session, entry)]
        trashed_on = entry.deleted_on.isoformat() if entry.deleted_on else None
        description = kind.schema(exclude=kind.schema.links).dump(entry) | {"deleted_on": trashed_on, "files": files}
        described.write((",\n" if items else "").encode() + _json(description).encode())
        items.append(_item(kind, entry, files))
    return items


def _each(session: Session, user: User, kinds: Mapping[str, Kind]) -> Any:
    last = -1
    while batch := queries.list_own(session, user, kinds, last, BATCH):
        yield from batch
        last = batch[-1].id
        session.expunge_all()


def _store(archive: zipfile.ZipFile, kind: Kind, name: str, content: bytes) -> str:
    path = "/".join([kind.package, *map(_unpackable, name.split("/"))])
    archive.writestr(path, content)
    return path


def _unpackable(name: str) -> str:
    # what any system can unpack; the name as it is stands in entries.json
    stem, suffix = splitext(FORBIDDEN.sub("_", name))
    room = LONGEST_NAME - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix if room > 0 else _unpackable(stem)


def _item(kind: Kind, entry: Entry, files: list[str]) -> str:
    links = ", ".join(f'<a href="{quote(file)}">{escape(basename(file))}</a>' for file in files)
    when = entry.created_on.strftime("%-d %B %Y, %H:%M UTC")
    place = f"{entry.audience}, in the trash" if entry.deleted_on else entry.audience
    return f"<li>{kind.label}, {when}, {place}: {links or escape(kind.summary(entry).title)}</li>"


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
