"""Accounts in an application: who is signed in, for every page and operation; their own pages and operations."""

from contextlib import suppress

from flask import Flask, flash, redirect, request, url_for
from flask_login import LoginManager
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from commonplace.api import extension as api_extension
from commonplace.users import (
    api_people,  # noqa: F401 - adds its operations
    person_links,
    settings_pages,
    tasks,  # noqa: F401 - makes its jobs known
    views_access,  # noqa: F401 - adds its pages
    views_people,  # noqa: F401 - adds its pages
    views_recovery,  # noqa: F401 - adds its pages
    views_settings,  # noqa: F401 - adds its pages
)
from commonplace.users.api import operations
from commonplace.users.authentication import authenticate_api, load_user
from commonplace.users.current import viewer
from commonplace.users.models import User
from commonplace.users.views import pages
from commonplace.web.current import session


def init_app(app: Flask) -> None:
    """Recognise who asks, and add the pages and operations of accounts."""
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # the cookie is sent again when its device is noted in use
    manager = LoginManager()
    manager.session_protection = None  # a device's row is what ends a session, not a change of address
    manager.user_loader(load_user)
    manager.unauthorized_handler(_ask_to_sign_in)
    manager.init_app(app, add_context_processor=False)
    app.before_request(authenticate_api)
    app.context_processor(_viewer)
    settings_pages.init_app(app)
    person_links.init_app(app)
    app.register_blueprint(pages)
    api_extension.add(app, operations)


def _ask_to_sign_in() -> Response:
    flash("Sign in first.")
    # a POST cannot be repeated by a redirect
    way_back = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("users.sign_in", next=way_back))


def _viewer() -> dict[str, User | None]:
    # The page that tells of an error shows the viewer too, and must not fail with the database.
    with suppress(SQLAlchemyError):
        if not session().is_active:
            session().rollback()  # it was the request's own writing that failed
        user = viewer()
        if user is not None and user.username:  # loaded again where it has expired
            return {"viewer": user}
    return {"viewer": None}
