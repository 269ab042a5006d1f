"""All that may stop a request before a view sees it."""

from flask import Flask
from flask_compress import Compress

from webapp import db
from webapp.guards import access, csrf, headers, throttles, tokens


def init_app(app: Flask) -> None:
    access.init_app(app)
    tokens.init_app(app)
    csrf.init_app(app)
    headers.init_app(app)
    throttles.init_app(app)
    app.before_request(db.begin_view)
    Compress(app)
