"""HTTP in, HTTP out: one module per noun, one blueprint each. Rules are the domain's."""

from importlib import import_module

from flask import Flask
from flask_babel import gettext

from webapp.domain import intake
from webapp.domain.letter_types import TYPES
from webapp.views import navigation, uploads

NOUNS = (
    "home", "sessions", "invitations", "enrolment", "settings", "passwords", "passkeys", "subscriptions", "shell",
    "letters", "writings", "merges", "numbers", "number_books", "versions", "marks", "chains", "submissions",
    "initials", "opinions", "reassignments", "unfinished", "takeovers", "withdrawals", "replacements", "revocations",
    "reading", "signatures", "batches", "remote_signatures", "bsre", "returns", "rejections", "pages", "files",
    "trails", "bundles", "registers", "verification", "checks", "comparisons", "scanner", "seals", "log", "authority",
    "responders", "people", "offices", "imports", "cutoffs", "patterns", "letterheads", "anchors", "roles",
    "identities", "credentials", "keys", "jobs", "tokens", "webhooks", "audits", "mailbox", "health", "signers",
    "turns", "adoption", "trainings", "retention", "holds", "disposals", "changes", "recipients", "copies", "mandates",
    "delegations", "practice", "drills", "guides", "shares", "freezes", "reminders", "preferences", "offline_letters",
    "offline_decisions", "transfers",
)  # fmt: skip


def init_app(app: Flask) -> None:
    for noun in NOUNS:
        app.register_blueprint(import_module(f"webapp.views.{noun}").bp)
    navigation.init_app(app)
    app.jinja_env.globals.update(converts=intake.converts, type_name=_type_name)
    app.jinja_env.globals.update(upload_limit=uploads.limit, upload_too_large=uploads.too_large)
    app.jinja_env.filters["type_name"] = _type_name


def _type_name(kind: str) -> str:
    """Nothing where the letter's type was left open."""
    return gettext(TYPES[kind].label) if kind else ""
