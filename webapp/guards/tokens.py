"""Who asks under /api: a token in the Authorization header, and nothing else. Cookies mean nothing there, so a page of
another site that makes a browser ask gains nothing, and no CSRF token is needed.
"""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from webapp import db
from webapp.domain import throttle, tokens
from webapp.domain.errors import BadToken
from webapp.domain.throttle import BAD_TOKEN, TOKEN
from webapp.guards import throttles
from webapp.guards.access import address, work
from webapp.models import ApiToken


def token() -> ApiToken:
    """The token of this request."""
    return g.token


class NoCookies(SecureCookieSessionInterface):
    """Under /api and /static the session is empty, whatever cookie came along, and none is set.

    A static file does not even vary by one, so that every cache on the way may keep it.
    """

    serializer = json  # Flask's marks the types that JSON lacks; a session here holds none

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        is_nobodys = request.path.startswith(("/api/", "/static/"))
        return self.session_class() if is_nobodys else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not request.path.startswith("/static/"):
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    app.session_interface = NoCookies()

    @app.before_request
    def _authenticate() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.blueprint != "api" or getattr(view, "public", False):
            return
        try:
            found = tokens.authenticate(work(), _presented())
        except BadToken:
            # Only what does not count is counted: nobody behind the same address shuts a good token out by guessing.
            throttles.count(BAD_TOKEN, address())
            raise
        db.commit()
        with db.unit(app.extensions["engine"]) as session:
            own = replace(work(), session=session)
            throttle.spend(own, TOKEN, str(found.id))
            tokens.mark_used(own, found)
        g.token = found
        request.max_content_length = app.config["TEKEN"].max_upload_bytes * 4 // 3 + 100_000  # base64, and the facts
        scope = view.scope  # type: ignore[union-attr]  # a route without one fails, and so closed
        if scope is not None:
            tokens.require(found, scope)


def _presented() -> str:
    """RFC 6750, 2.1: in the header only. A token in an address would end up in logs."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise BadToken
    return text.strip()
