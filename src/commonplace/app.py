"""The application, put together: settings, then extensions, then kinds, then errors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from commonplace.api import extension as api_extension
from commonplace.api import problems
from commonplace.api.blueprint import ApiBlueprint
from commonplace.api.version import ApiVersionMiddleware, is_api_path, is_api_request
from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.entries import extension as entries_extension
from commonplace.entries.kinds import Kind
from commonplace.jobs.application import make_celery
from commonplace.jobs.readiness import readiness_checks
from commonplace.live import extension as live_extension
from commonplace.moderation import extension as moderation_extension
from commonplace.notifications import extension as notifications_extension
from commonplace.notifications.views_unsubscribe import unsubscribe
from commonplace.registry import choose_kinds
from commonplace.timeline import extension as timeline_extension
from commonplace.users import extension as users_extension
from commonplace.users.current import may_administer
from commonplace.web import (
    addresses,
    error_pages,
    health,
    kept_pages,
    limits,
    rendering,
    request_ids,
    styleguide,
    unit_of_work,
)
from commonplace.web.assets import Assets
from commonplace.web.bodies import HouseRequest
from commonplace.web.cookies import PageSessions
from commonplace.web.current import READING
from commonplace.web.failures import failure_of
from commonplace.web.security import SecureHeaders
from commonplace.web.site_address import SiteAddress

HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application of one site; raises SettingsError where a setting is wrong."""
    settings = settings or Settings.read()
    kinds = choose_kinds(settings.kinds)
    house = House.build(settings)
    app = Flask("commonplace", static_folder=None, template_folder="web/templates")
    app.request_class = HouseRequest
    app.config.from_mapping(_flask_settings(house))
    app.extensions["commonplace"] = house
    app.session_interface = PageSessions(is_api_path)
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]  # nothing here is a coroutine
    app.jinja_env.globals["site_name"] = settings.site_name
    _add_middleware(app, settings)
    _add_extensions(app, house, kinds)
    _add_kinds(app, kinds)
    app.register_error_handler(Exception, _answer)
    return app


def _flask_settings(house: House) -> dict[str, Any]:
    newest, *older = house.keys.signing_keys
    return {
        "SECRET_KEY": newest,
        "SECRET_KEY_FALLBACKS": older,
        "MAX_CONTENT_LENGTH": house.settings.upload_max_bytes,
        "MAX_FORM_MEMORY_SIZE": house.settings.upload_max_bytes,
        "SESSION_COOKIE_NAME": "commonplace",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": house.settings.is_https,
        "PERMANENT_SESSION_LIFETIME": 365 * 24 * 3600,  # the device's own row decides
        "WTF_CSRF_CHECK_DEFAULT": False,  # asked for below, of writing requests alone
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form left open overnight loses nothing
        "WTF_CSRF_SSL_STRICT": False,  # Referer is not sent to other origins; the token is the proof
    }


def _add_middleware(app: Flask, settings: Settings) -> None:
    insists_on_https = settings.is_https and settings.is_address_chosen  # not for a certificate of our own making
    app.wsgi_app = SiteAddress(  # type: ignore[method-assign]  # Flask's way to add middleware
        ApiVersionMiddleware(SecureHeaders(app.wsgi_app, is_https=insists_on_https)), settings
    )
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as above
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )


def _add_extensions(app: Flask, house: House, kinds: Sequence[Kind]) -> None:
    make_celery(house)
    request_ids.init_app(app)
    health.init_app(app, readiness_checks(house), may_administer)
    unit_of_work.init_app(app)
    rendering.init_app(app)
    kept_pages.init_app(app)
    addresses.init_app(app)
    Assets(_static_folders(kinds)).init_app(app)
    api_extension.init_app(app)
    users_extension.init_app(app)
    live_extension.init_app(app, house)
    limits.init_app(app, house)  # after those who say who is asking
    entries_extension.init_app(app, kinds)
    notifications_extension.init_app(app)
    timeline_extension.init_app(app)
    moderation_extension.init_app(app)
    if house.settings.is_loopback:
        app.register_blueprint(styleguide.pages)


def _add_kinds(app: Flask, kinds: Sequence[Kind]) -> None:
    csrf = CSRFProtect(app)
    csrf.exempt(unsubscribe)  # mail programs send it, which never saw a form of ours (RFC 8058)

    @app.before_request
    def protect_writes() -> None:
        if request.method not in READING and app.config["WTF_CSRF_ENABLED"]:
            csrf.protect(apply_exemptions=True)

    for kind in kinds:
        app.register_blueprint(kind.pages)
        api_extension.add(app, kind.api)
    for blueprint in app.blueprints.values():
        if isinstance(blueprint, ApiBlueprint):
            csrf.exempt(blueprint)


def _static_folders(kinds: Sequence[Kind]) -> list[Path]:
    floors = [HERE / name for name in ("web", "users", "timeline", "notifications", "moderation")]
    rooms = [*floors, *(Path(kind.pages.root_path) for kind in kinds)]
    return [folder for room in rooms if (folder := room / "static").is_dir()]


def _answer(error: Exception) -> Response:
    failure = failure_of(error)
    unit_of_work.abandon()
    return problems.render(failure) if is_api_request() else error_pages.render(failure)
