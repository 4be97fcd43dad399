"""Live updates in an application: the address that pages connect to, and who speaks for the house."""

from flask import Flask, request

from commonplace.core.house import House
from commonplace.live import speakers, topics, views
from commonplace.live.hub import Hub


def init_app(app: Flask, house: House) -> None:
    """Let pages of signed-in viewers connect, as many as the settings allow, and tell templates where."""
    topics.init_app(app)
    hub = Hub(app, house)
    app.extensions[views.KEY] = hub
    speakers.register(house, hub)
    app.register_blueprint(views.pages)
    if house.settings.live_connections:
        app.jinja_env.globals["live_path"] = _path


def _path() -> str:
    return request.script_root + views.PATH
