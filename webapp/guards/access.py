"""Who is asking. Every route needs a log-in unless marked @public; roles are asked for here, rights in the domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from webapp import db
from webapp.domain import accounts, permissions
from webapp.domain.errors import Forbidden, Locked
from webapp.domain.work import Work
from webapp.models import LoginSession, Person, Role

View = Callable[..., ResponseReturnValue]
ENROLMENT = ("enrolment.", "sessions.destroy")  # what a person without a second factor may reach


class Visitor(UserMixin):
    """flask-login's user: a server-side log-in session, so that a lost phone is cut off at once."""

    def __init__(self, login: LoginSession, token: str) -> None:
        self.login, self.person, self.token = login, login.person, token
        # Plain values beside the row: the page that tells of a database that is away must not ask it.
        self.person_id, self.language, self.zone = login.person_id, login.person.language, login.person.zone

    def get_id(self) -> str:
        return self.token


def public(view: View) -> View:
    """This route needs no log-in."""
    view.public = True  # type: ignore[attr-defined]
    return view


def roles(*wanted: Role) -> Callable[[View], View]:
    """This route is for holders of one of these roles (in whichever office: the domain asks which)."""

    def mark(view: View) -> View:
        view.roles = wanted  # type: ignore[attr-defined]
        return view

    return mark


def work() -> Work:
    """The Work of this request: its session, its person, one time for all that it does."""
    here = g._get_current_object()  # asked a dozen times in a request, and each look through the proxy costs as much
    if "now" not in here:
        here.now = current_app.config["CLOCK"]()
    visitor, token = here.get("visitor"), here.get("token")
    actor = visitor.person if visitor else token.person if token else None
    known = here.get("work")
    if known is None or known.actor is not actor or known.session is not here.get("session"):
        known = here.work = Work(db.session(), actor, here.now, current_app.config["TEKEN"])
    return known


def address() -> str:
    """The network address asking; behind a proxy it is the forwarded one (PROXY_HOPS)."""
    return request.remote_addr or "unknown"


def device() -> str:
    return request.user_agent.string


def secret() -> bytes:
    """The secret that opens this person's keys, from the cookie and the log-in session. Raises Locked."""
    return accounts.unlock(g.visitor.login, sealed_secret())


def secret_if_any() -> bytes | None:
    """The secret, or None where this device does not hold it."""
    try:
        return secret()
    except Locked:
        return None


def sealed_secret(cookie: str = "UNLOCK_COOKIE") -> bytes:
    """A ciphertext that this device keeps; empty where it has none."""
    try:
        return bytes.fromhex(request.cookies.get(current_app.config[cookie], ""))
    except ValueError:
        return b""


def let_in(login: LoginSession, token: str) -> None:
    """Start the log-in in this browser. A fresh session cookie: one planted before is worth nothing (fixation)."""
    kept = {name: session[name] for name in ("next",) if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    visitor = Visitor(login, token)
    login_user(visitor)
    g.visitor = visitor


def let_out() -> None:
    logout_user()
    session.clear()
    g.visitor = None


def set_unlock_cookie(response, sealed: bytes):  # noqa: ANN001, ANN201
    """The ciphertext goes to the device and nowhere else; its key stays in the log-in session."""
    return _keep(response, "UNLOCK_COOKIE", sealed, current_app.config["TEKEN"].session_days * 86_400)


def set_batch_cookie(response, sealed: bytes, lifetime: timedelta):  # noqa: ANN001, ANN201
    """The same for what a passkey put out, as long as a batch may go on."""
    return _keep(response, "BATCH_COOKIE", sealed, int(lifetime.total_seconds()))


def _keep(response, cookie: str, sealed: bytes, seconds: int):  # noqa: ANN001, ANN202
    response.set_cookie(
        current_app.config[cookie], sealed.hex(), max_age=seconds, httponly=True,
        secure=current_app.config["TEKEN"].is_https, samesite="Strict",
    )  # fmt: skip
    return response


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # an address changes with every cell tower; the session is server-side anyway

    @manager.user_loader
    def _load(token: str) -> Visitor | None:
        login = accounts.find_login(work(), token)
        return Visitor(login, token) if login else None

    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        if request.endpoint == "static_file" or request.path.startswith("/api/"):
            return None  # of /api no cookie is looked at: guards/tokens.py asks for a token
        g.visitor = current_user._get_current_object() if current_user.is_authenticated else None
        if g.visitor is not None and accounts.is_seen_long_ago(work(), g.visitor.login):
            db.commit()  # the one that reads has seen an older state than this will make
            with db.unit(app.extensions["engine"]) as own:
                accounts.mark_seen(replace(work(), session=own), g.visitor.login)
        view = app.view_functions.get(request.endpoint or "")
        if view is None or getattr(view, "public", False):
            return None
        if g.visitor is None:
            return _to_log_in()
        if not g.visitor.person.has_second_factor and not (request.endpoint or "").startswith(ENROLMENT):
            return redirect(url_for("enrolment.new"))
        wanted = getattr(view, "roles", None)
        if wanted and not permissions.has_role(work(), *wanted):
            raise Forbidden
        return None

    def person() -> Person | None:
        return g.visitor.person if g.get("visitor") else None

    app.jinja_env.globals.update(
        current_person=person,
        has_role=lambda *wanted: permissions.has_role(work(), *wanted),
        can=lambda action, letter: permissions.can(work(), action, letter),
        Role=Role,
    )


def _to_log_in() -> ResponseReturnValue:
    """After logging in the person is back where he was: at the page itself, or at the form he was filling in."""
    here = request.full_path.rstrip("?") if request.method == "GET" else _referring_page()
    session["next"] = here
    return redirect(url_for("sessions.new"), 303)


def _referring_page() -> str:
    referrer = request.referrer or ""
    return referrer.removeprefix(request.host_url.rstrip("/")) if referrer.startswith(request.host_url) else "/"
