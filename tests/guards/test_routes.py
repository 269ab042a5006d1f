"""Every route: a stranger is sent to log in, unless it is in PUBLIC; administration is for its role alone."""

import pytest
from werkzeug.routing import Rule

from tests.page import Page
from webapp.models import Role

# What anybody may ask for. Adding a route here is a decision about security.
PUBLIC = {
    "authority.root_crl",
    "static_file", "health.show", "shell.worker", "shell.manifest", "shell.offline",
    "sessions.new", "sessions.create", "sessions.code", "sessions.confirm", "sessions.confirm_by_passkey",
    "passkeys.ask_to_log_in", "invitations.show", "invitations.accept",
    "verification.new", "verification.show", "verification.page", "verification.file", "scanner.show",
    "checks.new", "checks.create", "shares.create", "copies.show", "copies.fetch",
    "comparisons.new", "comparisons.create",
    "freezes.show", "freezes.create", "reminders.create",
    "seals.directory", "seals.status", "seals.verifier", "authority.crl", "authority.root", "authority.certificate",
    "responders.ask", "responders.ocsp", "responders.timestamp", "mailbox.index", "mailbox.show",
    "api.documents_show", "api.documents_page",
    "log.show", "log.checkpoint", "log.vkey", "log.tile", "log.leaf", "log.number", "guides.show",
}  # fmt: skip

# Whose each part of the administration is; None: of everyone who is logged in.
ROLES = {
    "people": Role.ADMINISTRATOR, "roles": Role.ADMINISTRATOR, "offices": Role.ADMINISTRATOR,
    "imports": Role.ADMINISTRATOR, "cutoffs": Role.ADMINISTRATOR, "takeovers": Role.ADMINISTRATOR,
    "patterns": Role.ADMINISTRATOR, "tokens": Role.ADMINISTRATOR, "webhooks": Role.ADMINISTRATOR,
    "letterheads": Role.ADMINISTRATOR,
    "jobs": Role.ADMINISTRATOR, "anchors": Role.ADMINISTRATOR, "identities": Role.REGISTRAR, "bsre": Role.REGISTRAR,
    "authority": Role.REGISTRAR, "audits": Role.AUDITOR, "trainings": Role.ADMINISTRATOR,
    "retention": Role.ADMINISTRATOR, "holds": Role.ADMINISTRATOR, "disposals": Role.ADMINISTRATOR,
    "adoption": (Role.ADMINISTRATOR, Role.AUDITOR),
}  # fmt: skip
VALUES = {"IntegerConverter": "1", "AnyConverter": "disabling", "PathConverter": "x", "UnicodeConverter": "x"}


def rules(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def wanted_for(endpoint: str) -> tuple[Role, ...]:
    """The roles of which it asks for one; none: whoever is logged in."""
    wanted = ROLES.get(endpoint.partition(".")[0], ())
    return wanted if isinstance(wanted, tuple) else (wanted,)


def address_of(rule: Rule) -> str:
    """The rule with something in every place."""
    path = ""
    for is_converted, text in rule._trace:
        path += VALUES[type(rule._converters[text]).__name__] if is_converted else text
    return path.removeprefix("|")


def methods(rule: Rule) -> set[str]:
    return rule.methods - {"HEAD", "OPTIONS"}


def test_every_route_is_guarded_or_public_on_purpose(app):
    client, open_ones = app.test_client(), set()
    for rule in rules(app):
        for method in methods(rule):
            answer = client.open(address_of(rule), method=method)
            if rule.rule.startswith("/api/") and answer.status_code == 401:
                continue  # another system without a token
            if answer.status_code == 303 and answer.headers["Location"] == "/login":
                continue
            open_ones.add(rule.endpoint)
            assert rule.endpoint in PUBLIC, f"{method} {rule.rule} answers a stranger with {answer.status_code}"
    declared = {name for name, view in app.view_functions.items() if getattr(view, "public", False)}
    assert declared == PUBLIC
    assert open_ones <= PUBLIC


def test_public_routes_exist(app):
    assert set(app.view_functions) >= PUBLIC, "PUBLIC names a route that is gone"


def test_administration_asks_for_its_role(app):
    for name, view in app.view_functions.items():
        wanted = wanted_for(name)
        if wanted and name not in PUBLIC:
            assert getattr(view, "roles", ()) == wanted, f"{name} does not ask for {wanted}"


@pytest.mark.parametrize("login", ["sari", "budi", "dewi", "rina", "admin", "agus"])
def test_nobody_else_gets_in(app, clock, login):
    page = Page(app, clock).log_in(login)
    held = {"rina": Role.REGISTRAR, "admin": Role.ADMINISTRATOR, "agus": Role.AUDITOR}.get(login)
    for rule in rules(app):
        wanted = wanted_for(rule.endpoint)
        if not wanted or held in wanted or rule.endpoint in PUBLIC:
            continue
        for method in methods(rule):
            ask = page.get if method == "GET" else page.post
            ask(address_of(rule), status=403)


def test_nothing_changes_by_a_get_alone(app):
    """A rule that takes POST does its work in a view of its own, so that no link can trigger it."""
    for rule in rules(app):
        assert len(methods(rule)) == 1, f"{rule.rule} answers {methods(rule)} in one view"
