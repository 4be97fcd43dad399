"""The site's static files, under one address that changes whenever any of them does.

Browsers may therefore keep them for ever. An address made by another version of the site, as in a page that
was loaded before an update, answers with today's file, to be kept for a minute: that page keeps its looks.
"""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from flask import Flask, Response, abort, request

from commonplace.web.guards import anyone

BUNDLE = "site.css"
BUNDLE_ORDER = (
    "tokens.css",
    "reset.css",
    "base.css",
    "layout.css",
    "components",
    "highlight.css",
    "kinds",
    "utilities.css",
    "print.css",
)
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".txt"})
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, the same compressed where that helps, and its type."""

    content: bytes
    gzipped: bytes | None
    content_type: str


class Assets:
    """All static files of some folders, read once; the style sheets among them joined into `site.css`."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Read the folders; raises ValueError where two hold the same path or a file's type is not known."""
        files = _read(folders)
        sheets = {path: content for path, content in files.items() if path.endswith(".css")}
        others = {path: content for path, content in files.items() if path not in sheets}
        served = {**others, BUNDLE: bundle(sheets)}
        self.version = _fingerprint(served)
        self._assets = {path: _prepare(path, content) for path, content in served.items()}

    def init_app(self, app: Flask) -> None:
        """Serve the files at `/assets/<version>/<path>`, and give templates `asset(path)` for the address."""

        @app.get("/assets/<version>/<path:path>")
        @anyone
        def asset(version: str, path: str) -> Response:
            return self._respond(version, path)

        app.jinja_env.globals["asset"] = self.url

    def url(self, path: str) -> str:
        """Return the address of a file, such as `img/logo.svg`; raises LookupError where there is none."""
        if path not in self._assets:
            raise LookupError(f"there is no static file {path!r}")
        return f"{request.script_root}/assets/{self.version}/{path}"

    def _respond(self, version: str, path: str) -> Response:
        asset = self._assets.get(path)
        if asset is None:
            abort(404)
        response = Response(asset.content, content_type=asset.content_type)
        response.headers["Cache-Control"] = FOR_EVER if version == self.version else FOR_A_MINUTE
        if asset.gzipped is not None:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings.quality("gzip") > 0:
                response.set_data(asset.gzipped)
                response.content_encoding = "gzip"
        return response


def bundle(sheets: dict[str, bytes]) -> bytes:
    """Join style sheets in the order of their layers, without their comments and indentation."""
    joined = b"\n".join(sheets[path] for path in sorted(sheets, key=_place_in_bundle)).decode()
    without_comments = re.sub(r"/\*.*?\*/", "", joined, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", without_comments).strip().encode()


def _place_in_bundle(path: str) -> tuple[int, str]:
    parts = PurePosixPath(path).parts
    layer = parts[1] if parts[0] == "css" else "kinds"
    if layer not in BUNDLE_ORDER:
        raise ValueError(f"the style sheet {path!r} has no place in the bundle")
    return BUNDLE_ORDER.index(layer), path


def _read(folders: Iterable[Path]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(folder).as_posix()
            if file.is_dir():
                continue
            if path in files:
                raise ValueError(f"two folders hold the static file {path!r}")
            files[path] = file.read_bytes()
    return files


def _fingerprint(files: dict[str, bytes]) -> str:
    digest = blake2b(digest_size=6)
    for path, content in sorted(files.items()):
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _prepare(path: str, content: bytes) -> Asset:
    suffix = PurePosixPath(path).suffix
    if suffix not in CONTENT_TYPES:
        raise ValueError(f"the static file {path!r} is of no known type")
    gzipped = gzip.compress(content, mtime=0) if suffix in COMPRESSIBLE else None
    return Asset(content, gzipped, CONTENT_TYPES[suffix])
