"""Whether the site lives, whether it can serve, and what it does: for supervisors, balancers and Prometheus."""

import time
from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from commonplace.core.errors import Forbidden
from commonplace.web.guards import anyone

Check = Callable[[], str | None]
"""Returns what is wrong, in a few words, or None."""

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask, checks: Mapping[str, Check], may_see_metrics: Callable[[], bool]) -> None:
    """Serve `/healthz`, `/readyz` (each of `checks` by name) and `/metrics`, and measure every request."""
    registry = CollectorRegistry()
    _measure(app, registry)
    app.register_blueprint(_health_pages(checks))
    app.register_blueprint(_metrics_page(registry, may_see_metrics))


def _measure(app: Flask, registry: CollectorRegistry) -> None:
    answered = Counter("http_requests", "Requests answered", ["method", "endpoint", "status"], registry=registry)
    seconds = Histogram("http_request_seconds", "Time to answer", ["endpoint"], registry=registry)

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"  # a caller may make up any number
        answered.labels(method, endpoint, response.status_code).inc()
        seconds.labels(endpoint).observe(time.perf_counter() - g.started)
        return response


def _health_pages(checks: Mapping[str, Check]) -> Blueprint:
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @anyone
    def healthz() -> Response:
        """Alive."""
        return jsonify(status="ok")

    @health.get("/readyz")
    @anyone
    def readyz() -> tuple[Response, int]:
        """Able to serve, each part named."""
        parts = {name: _outcome(check) for name, check in checks.items()}
        is_ready = all(part == "ok" for part in parts.values())
        return jsonify(status="ok" if is_ready else "failing", **parts), 200 if is_ready else 503

    return health


def _metrics_page(registry: CollectorRegistry, may_see_metrics: Callable[[], bool]) -> Blueprint:
    page = Blueprint("metrics", __name__)

    @page.get("/metrics")
    @anyone
    def metrics() -> Response:
        """Counts and times, for this machine's own Prometheus or for the owner."""
        # a forwarded request only looks local: its proxy is
        is_local = request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
        if not is_local and not may_see_metrics():
            raise Forbidden("Metrics are for this machine and for the owner.")
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return page


def _outcome(check: Check) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # noqa: BLE001 - whatever a part raises, it is that part which fails
        return f"failing: {type(error).__name__}"
