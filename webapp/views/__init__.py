"""HTTP in, HTTP out: one module per noun, one blueprint each. Rules are the domain's."""

from importlib import import_module

from flask import Flask

from webapp.views import navigation

NOUNS = (
    "home", "sessions", "invitations", "enrolment", "settings", "passwords", "passkeys", "subscriptions", "shell",
    "letters", "numbers", "number_books", "versions", "marks", "chains", "submissions", "initials", "opinions",
    "reassignments", "withdrawals", "replacements", "revocations", "reading", "signatures", "batches",
    "remote_signatures", "bsre", "returns", "rejections", "pages", "files", "trails", "bundles", "registers",
    "verification", "checks", "comparisons", "scanner", "seals", "log", "authority", "responders", "people",
    "offices", "imports", "cutoffs", "patterns", "anchors", "roles", "identities", "credentials", "keys", "jobs",
    "audits", "mailbox", "health", "practice", "drills", "guides",
)  # fmt: skip


def init_app(app: Flask) -> None:
    for noun in NOUNS:
        app.register_blueprint(import_module(f"webapp.views.{noun}").bp)
    navigation.init_app(app)
