"""The frame of the pages by itself: layout, components and assets, over a site whose rooms are empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from flask import Blueprint, Flask
from werkzeug.serving import make_server

import commonplace.web
from commonplace.web import rendering, styleguide
from commonplace.web.assets import Assets
from commonplace.web.security import SecureHeaders

WEB = Path(commonplace.web.__file__).parent
ADDRESSES = {
    "timeline": {"home": "/"},
    "entries": {
        "explore": "/explore",
        "search": "/search",
        "trash": "/trash",
        "person": "/@<username>",
    },
    "likes": {"like": "/entries/<hash_key>/like", "unlike": "/entries/<hash_key>/unlike"},
    "snaps": {"index": "/snaps/", "add": "/snaps/add", "show": "/snaps/<hash_key>"},
    "recipes": {"index": "/recipes/", "add": "/recipes/add", "show": "/recipes/<hash_key>"},
    "notifications": {"index": "/notifications", "unread": "/notifications/unread"},
    "users": {
        "sign_up": "/users/signup",
        "sign_in": "/users/login",
        "sign_out": "/users/logout",
        "settings": "/users/settings",
        "invitations": "/users/invitations",
        "members": "/users/",
        "follow": "/@<username>/follow",
        "unfollow": "/@<username>/unfollow",
    },
    "moderation": {"queue": "/moderation/"},
}


@dataclass
class Viewer:
    username: str = "ada"
    role: str = "member"


@dataclass
class Kind:
    name: str
    label: str
    plural_label: str
    index_endpoint: str
    add_endpoint: str


SNAP = Kind("snap", "Snap", "Snaps", "snaps.index", "snaps.add")
RECIPE = Kind("recipe", "Recipe", "Recipes", "recipes.index", "recipes.add")


@pytest.fixture
def frame() -> Flask:
    """An application of the frame alone, with two kinds and nobody signed in."""
    app = Flask("commonplace.web", static_folder=None)
    app.config.update(SECRET_KEY="x" * 32, TESTING=True)
    rendering.init_app(app)
    app.wsgi_app = SecureHeaders(app.wsgi_app, is_https=False)
    Assets([WEB / "static"]).init_app(app)
    app.register_blueprint(styleguide.pages)
    for name, rules in ADDRESSES.items():
        room = Blueprint(name, name)
        for endpoint, rule in rules.items():
            room.add_url_rule(rule, endpoint, lambda **_: "an empty room", methods=["GET", "POST"])
        app.register_blueprint(room)
    app.jinja_env.globals.update(
        site_name="The Kitchen Table",
        viewer=None,
        kinds=[SNAP, RECIPE],
        csrf_token=lambda: "a-token",
        open_reports=lambda: 3,
        unread_count=lambda: 0,
    )
    app.jinja_env.globals.update(here_url=lambda: "/here", reply_kind=SNAP)
    return app


@pytest.fixture
def address(frame: Flask) -> Iterator[str]:
    """Where the frame is served on this machine while a test runs."""
    server = make_server("127.0.0.1", 0, frame, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
