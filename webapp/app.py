"""create_app: the wiring, in order. No logic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import api, assets, bsre, cli, db, errors, guards, i18n, remote, views
from webapp.config import Config
from webapp.domain import custodians


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application. Without an argument it reads the environment (gunicorn, flask)."""
    config = config or Config.from_env()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, static_folder=None)
    prefix = "__Host-" if config.is_https else ""
    app.config.update(
        TEKEN=config,
        CLOCK=lambda: datetime.now(UTC),
        SECRET_KEY=config.secret_key,
        # A little more than the PDF, so that a file just too large gets a sentence and not a cut connection.
        MAX_CONTENT_LENGTH=config.max_upload_bytes + 2_000_000,
        SESSION_COOKIE_NAME=f"{prefix}teken",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=config.session_days),
        SESSION_REFRESH_EACH_REQUEST=False,  # the log-in itself ends then: no answer prolongs anything
        UNLOCK_COOKIE=f"{prefix}teken_unlock",
        BATCH_COOKIE=f"{prefix}teken_batch",
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session: a form left open over lunch still works
        COMPRESS_ALGORITHM=["br", "gzip"],  # zstd as it comes makes pages larger than gzip does
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml",
                            "application/manifest+json"],
    )  # fmt: skip
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    custodians.connect = remote.csc_post
    db.init_app(app)
    i18n.init_app(app)
    assets.init_app(app)
    guards.init_app(app)
    errors.init_app(app)
    bsre.init_app(app)
    views.init_app(app)
    api.init_app(app)
    cli.init_app(app)
    return app
