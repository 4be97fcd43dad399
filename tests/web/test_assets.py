import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

import commonplace.web
from commonplace.web.assets import BUNDLE_ORDER, Assets, bundle

PLAIN = {"Accept-Encoding": "identity"}
SCRIPTS = Path(commonplace.web.__file__).parent / "static" / "js"


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "web", {"css/tokens.css": "@layer a;", "js/site.js": "let x;", "img/a.png": "picture"})


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets([folder])


@pytest.fixture
def client(assets: Assets) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    assets.init_app(app)
    return app.test_client()


def test_the_present_version_is_kept_for_ever(client: FlaskClient, assets: Assets) -> None:
    response = client.get(f"/assets/{assets.version}/js/site.js", headers=PLAIN)
    assert response.data == b"let x;"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_version_answers_todays_file_but_not_for_long(client: FlaskClient) -> None:
    response = client.get("/assets/0123456789ab/js/site.js", headers=PLAIN)
    assert response.data == b"let x;"
    assert response.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", ["js/none.js", "css/tokens.css", "../assets.py", "js", ""])
def test_what_is_not_served_is_not_found(client: FlaskClient, assets: Assets, path: str) -> None:
    assert client.get(f"/assets/{assets.version}/{path}").status_code == 404


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*"])
def test_text_is_compressed_for_who_accepts_it(client: FlaskClient, assets: Assets, accepted: str) -> None:
    response = client.get(f"/assets/{assets.version}/js/site.js", headers={"Accept-Encoding": accepted})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.data) == b"let x;"
    assert int(response.headers["Content-Length"]) == len(response.data)


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", ""])
def test_text_is_sent_plain_to_who_does_not(client: FlaskClient, assets: Assets, accepted: str) -> None:
    response = client.get(f"/assets/{assets.version}/js/site.js", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.data == b"let x;"


def test_a_picture_is_sent_as_it_is(client: FlaskClient, assets: Assets) -> None:
    response = client.get(f"/assets/{assets.version}/img/a.png", headers={"Accept-Encoding": "gzip"})
    assert response.data == b"picture"
    assert "Vary" not in response.headers


def test_the_version_follows_every_byte_and_every_name(folder: Path) -> None:
    seen = {Assets([folder]).version}
    for path, content in (("js/site.js", "let y;"), ("css/tokens.css", "@layer b;"), ("js/new.js", "")):
        write(folder, {path: content})
        seen.add(Assets([folder]).version)
    (folder / "js" / "new.js").rename(folder / "js" / "newer.js")
    seen.add(Assets([folder]).version)
    assert len(seen) == 5
    assert Assets([folder]).version in seen


def test_templates_write_addresses_that_answer(frame: Flask) -> None:
    with frame.test_request_context():
        addresses = [render_template_string(f"{{{{ asset('{path}') }}}}") for path in ("site.css", "img/logo.svg")]
    assert [frame.test_client().get(address).status_code for address in addresses] == [200, 200]


def test_addresses_stay_below_the_sites_own_path(frame: Flask) -> None:
    with frame.test_request_context(base_url="http://example.org/shelf/"):
        assert render_template_string("{{ asset('site.css') }}").startswith("/shelf/assets/")


def test_a_misspelt_file_is_an_error(frame: Flask) -> None:
    with frame.test_request_context(), pytest.raises(LookupError, match=r"stie\.css"):
        render_template_string("{{ asset('stie.css') }}")


def test_two_folders_may_not_hold_the_same_path(folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {"js/site.js": "let z;"})
    with pytest.raises(ValueError, match=r"js/site\.js"):
        Assets([folder, other])


def test_a_file_of_unknown_type_stops_the_start(folder: Path) -> None:
    write(folder, {"img/a.xcf": "layers"})
    with pytest.raises(ValueError, match=r"img/a\.xcf"):
        Assets([folder])


def test_sheets_are_joined_in_the_order_of_their_layers() -> None:
    names = [f"css/{name}" if name.endswith(".css") else name for name in reversed(BUNDLE_ORDER)]
    paths = [{"components": "css/components/a.css", "kinds": "snaps/snaps.css"}.get(name, name) for name in names]
    assert bundle({path: path.encode() for path in paths}).decode().split("\n") == paths[::-1]


def test_a_sheet_without_a_place_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"new\.css"):
        bundle({"css/new.css": b""})


def test_comments_and_indentation_are_left_out_of_the_bundle() -> None:
    sheet = b"/* why\n   so */\na {\n  color: red;\n\n  b: c;\n}\n"
    assert bundle({"css/base.css": sheet}) == b"a {\ncolor: red;\nb: c;\n}"


def test_the_houses_bundle_declares_its_layers_first_and_stays_small(frame: Flask) -> None:
    with frame.test_request_context():
        address = render_template_string("{{ asset('site.css') }}")
    plain = frame.test_client().get(address, headers=PLAIN).text
    assert plain.startswith("@layer tokens, reset, base, layout, components, kinds, utilities;")
    assert plain.count("{") == plain.count("}")
    assert "http" not in plain.replace('href^="http"', "")
    assert len(frame.test_client().get(address, headers={"Accept-Encoding": "gzip"}).data) < 8_000


def test_what_others_wrote_is_what_they_wrote_and_comes_with_its_licence(frame: Flask) -> None:
    folder = SCRIPTS / "vendor"
    noted = [line.split() for line in (folder / "vendored.txt").read_text().splitlines() if not line.startswith("#")]
    assert {path.name for path in folder.iterdir()} == {"vendored.txt", *(name for _, _, name, _ in noted)}
    for _package, _path, name, digest in noted:
        found = hashlib.sha384((folder / name).read_bytes()).digest()
        assert digest == f"sha384-{base64.b64encode(found).decode()}", name
    with frame.test_request_context():
        address = render_template_string("{{ asset('js/vendor/socket.io.LICENSE.txt') }}")
    licence = frame.test_client().get(address, headers=PLAIN)
    assert licence.content_type == "text/plain; charset=utf-8"
    assert "Permission is hereby granted" in licence.text


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.js")), ids=lambda script: script.name)
def test_scripts_import_only_their_neighbours(script: Path) -> None:
    text = script.read_text()
    for imported in re.findall(r'import\(?[^";]*"([^"]+)"|: "(\./[^"]+)"', text):
        name = "".join(imported)
        assert name.startswith("./")
        assert (SCRIPTS / name).is_file()
    assert not re.search(r"https?:|\beval\b|innerHTML|new Function", text)
