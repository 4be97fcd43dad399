"""The API in an application: its document, its pages about itself, and the operations of each room."""

from typing import cast

from flask import Flask

from commonplace.api import tasks  # noqa: F401 - makes its job known
from commonplace.api.blueprint import Api, ApiBlueprint, make_api
from commonplace.api.docs import docs
from commonplace.api.version import PREFIX, check_version


def init_app(app: Flask) -> None:
    """Add the empty API, which answers to its known versions only, and the pages that document it."""
    app.before_request(check_version)
    make_api().init_app(app)
    app.register_blueprint(docs)


def add(app: Flask, operations: ApiBlueprint) -> None:
    """Add the operations of one room, and document them."""
    api = cast(Api, app.extensions["flask-smorest"]["apis"][""]["ext_obj"])
    api.register_blueprint(operations, url_prefix=PREFIX)
