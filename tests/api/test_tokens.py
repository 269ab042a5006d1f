"""What a token is: one service identity of one office. The matrix token x letter x action, and what ends a token."""

import json

import pytest

from tests import people as world
from tests.api.conftest import Client, new_letter
from tests.page import Page
from webapp.domain import accounts, letters, people, permissions, plans, searches, throttle, tokens
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.domain.searches import Filters
from webapp.domain.throttle import Rule
from webapp.domain.tokens import Scope
from webapp.domain.workflow import Action
from webapp.models import ApiToken, AuditEntry, Confidentiality, Letter, Membership, Office, Role, State

STATES = ("draft", "submitted", "returned", "withdrawn", "rejected", "signed", "revoked", "replaced")
# What a token's identity may do to a person's letter of its own office, state by state; as in the people's matrix:
# v view, t trail, l download. A dot: nothing.
OTHERS = (".", "vtl", "vtl", "vtl", "vtl", "vtl", "vtl", "vtl")
NAMES = {"v": Action.VIEW, "t": Action.VIEW_TRAIL, "l": Action.DOWNLOAD}
NEVER = {Action.SIGN, Action.REJECT, Action.RETURN, Action.REVOKE}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("office", "confidentiality", "row"),
    [
        ("SETDA", "biasa", OTHERS), ("SETDA", "terbatas", OTHERS), ("SETDA", "rahasia", (".",) * 8),
        ("SETDA", "sangat_rahasia", (".",) * 8), ("KOMINFO", "biasa", (".",) * 8), ("PEMKAB", "biasa", (".",) * 8),
    ],
)  # fmt: skip
def test_the_matrix_of_others_letters(work, make, make_token, state, office, confidentiality, row):
    token, _ = make_token(office=office)
    letter = make.in_state(state, confidentiality=Confidentiality(confidentiality))
    service = world.as_person(work, token.person)
    allowed = {NAMES[c] for c in row[STATES.index(state)] if c != "."}
    assert {action for action in Action if permissions.can(service, action, letter)} == allowed
    listed = {one.id for one in searches.find(service, Filters()).letters}
    by_word = {one.id for one in searches.find(service, Filters(text="koordinasi")).letters}
    assert (letter.id in listed) == (letter.id in by_word) == (Action.VIEW in allowed)
    if Action.VIEW not in allowed:
        with pytest.raises(NotFound):
            letters.get(service, letter.id)


@pytest.mark.parametrize("confidentiality", ["biasa", "rahasia"])
def test_its_own_letter_it_reads_and_never_decides(api, work, make, confidentiality):
    told = api.hand_in(confidentiality=confidentiality).json
    letter = work.session.get_one(Letter, told["id"])
    service = world.as_person(work, letter.drafter)
    for _ in range(2):
        can = {action for action in Action if permissions.can(service, action, letter)}
        assert {Action.VIEW, Action.VIEW_TRAIL, Action.DOWNLOAD} <= can and not can & NEVER
        make.sign(letter) if letter.state == State.SUBMITTED else None
    work.session.commit()
    assert api.get(f"/letters/{told['id']}")["state"] == "signed"


def test_secret_letters_of_people_are_not_found_whatever_is_asked(api, work, make):
    secret = make.signed(confidentiality=Confidentiality.SECRET, subject="Mutasi")
    work.session.commit()
    for path in ("", "/history", "/file", "/bundle"):
        api.ask("GET", f"/letters/{secret.id}{path}", status=404)
    assert api.get("/letters")["letters"] == [] and api.get("/letters?q=mutasi")["letters"] == []


def test_another_offices_letter_is_not_found_whatever_is_asked(api, stranger, work, make):
    letter = make.signed()
    work.session.commit()
    for path in ("", "/history", "/file", "/bundle"):
        api.ask("GET", f"/letters/{letter.id}{path}")  # the control
        stranger.ask("GET", f"/letters/{letter.id}{path}", status=404)
    assert stranger.get("/letters")["letters"] == []


NEEDED = {
    ("GET", "/signers"): Scope.SUBMIT, ("GET", "/patterns"): Scope.SUBMIT, ("POST", "/letters"): Scope.SUBMIT,
    ("GET", "/letters"): Scope.READ, ("GET", "/letters/1"): Scope.READ, ("GET", "/letters/1/history"): Scope.READ,
    ("GET", "/letters/1/file"): Scope.EVIDENCE, ("GET", "/letters/1/bundle"): Scope.EVIDENCE,
}  # fmt: skip


@pytest.mark.parametrize("held", list(Scope))
def test_each_route_asks_for_its_scope(app, make_token, work, make, held):
    letter = make.signed()
    work.session.commit()
    client = Client(app, make_token(held)[1])
    assert client.get("/token")["scopes"] == [held]
    for (method, path), scope in NEEDED.items():
        where = path.replace("/1", f"/{letter.id}")
        kind = {"json": new_letter(), "headers": {"Idempotency-Key": "k"}} if method == "POST" else {}
        client.ask(method, where, status=(201 if method == "POST" else 200) if scope == held else 403, **kind)


def test_the_table_of_scopes_is_whole(app):
    asked = {
        (method, rule.rule.removeprefix("/api/v1").replace("<int(min=1, max=2147483647):letter_id>", "1"))
        for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert asked == set(NEEDED) | {("GET", "/token"), ("GET", "/openapi.json"), ("GET", "/docs")}


def test_what_ends_a_token(app, make_token, work, clock):
    token, text = make_token(days=1)
    client = Client(app, text)
    client.get("/token")
    clock.tick(86_401)
    assert "kedaluwarsa" in client.ask("GET", "/token", status=401).json["detail"]
    token, text = make_token()
    client = Client(app, text)
    client.get("/token")
    admin = world.as_person(work, world.find(work, "admin"))
    tokens.revoke(admin, work.session.get_one(ApiToken, token.id))
    work.session.commit()
    answer = client.ask("GET", "/letters", status=401)
    assert "dicabut" in answer.json["detail"] and answer.headers["WWW-Authenticate"].startswith("Bearer")
    for wrong in (None, "teken_x", text[:-1], text.upper(), "x" * 5000, "\xff"):
        Client(app, wrong).ask("GET", "/token", status=401)


def test_only_the_header_counts(app, make_token):
    _, text = make_token()
    nobody = Client(app, None)
    nobody.ask("GET", f"/token?access_token={text}", status=401)
    nobody.ask("GET", "/token", headers={"Authorization": f"Basic {text}"}, status=401)
    nobody.ask("GET", "/token", headers={"Cookie": f"token={text}"}, status=401)


def test_a_log_in_means_nothing_to_the_api_and_needs_no_csrf_there(app, clock, work, make):
    """A page of another site that makes an official's browser ask gains nothing."""
    letter = make.submitted()
    work.session.commit()
    page = Page(app, clock).log_in("budi").get(f"/letters/{letter.id}")  # the control: he does read it
    for method, path in NEEDED:
        answer = page.client.open(f"/api/v1{path}", method=method, json=new_letter() if method == "POST" else None)
        assert answer.status_code == 401 and answer.mimetype == "application/problem+json"
        assert "Set-Cookie" not in answer.headers and "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_means_nothing_to_the_pages(app, make_token):
    _, text = make_token()
    for path in ("/letters", "/tokens", "/people", "/settings"):
        answer = app.test_client().get(path, headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 303 and answer.headers["Location"] == "/login"


def test_the_database_does_not_hold_the_token(make_token, config):
    _, text = make_token()
    stored = b"".join(path.read_bytes() for path in config.data_dir.parent.rglob("*.sqlite3*"))
    assert text.encode() not in stored and text[10:30].encode() not in stored


def test_the_identity_is_no_person(work, make_token, sari):
    """It cannot log in, is invited by nobody, gets no role, governs nothing, also if a row says otherwise."""
    token, _ = make_token()
    person, admin = token.person, world.as_person(work, world.find(work, "admin"))
    assert person.id not in {one.id for one in people.people(admin)}
    with pytest.raises(NotFound):
        people.get(admin, person.id)
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    for role in Role:
        if role != Role.DRAFTER:
            person.memberships.append(Membership(office=setda, role=role))
    accounts.set_password(person, world.PASSWORD)
    work.session.flush()
    with pytest.raises(Invalid):
        accounts.check_password(work, person.email, world.PASSWORD, device="x", address="x")
    service = world.as_person(work, person)
    for role in Role:
        assert permissions.has_role(service, role) == (role == Role.DRAFTER)
        with pytest.raises(Forbidden):
            permissions.require_role(service, role)
    assert person.id not in {one.id for one in people.signers_for(work, setda)}
    with pytest.raises(Forbidden):
        tokens.create(service, setda, name="x", scopes=[Scope.READ], days=1)


def test_an_import_gives_it_no_role(work, make_token):
    token, _ = make_token()
    admin = world.as_person(work, world.find(work, "admin"))
    line = plans.Line(1, {"email": token.person.email}, found=token.person)
    plans._require_reach(admin, line, touches_facts=True)
    assert line.outcome == plans.Outcome.WRONG


def test_requests_of_one_token_are_throttled_and_anothers_are_not(app, make_token, monkeypatch):
    monkeypatch.setattr("webapp.guards.tokens.TOKEN", Rule("token", 3, throttle.TOKEN.window))
    one, other = Client(app, make_token()[1]), Client(app, make_token(name="Lain")[1])
    for _ in range(3):
        one.get("/token")
    assert int(one.ask("GET", "/token", status=429).headers["Retry-After"]) > 0
    other.get("/token")


def test_guesses_are_throttled_by_address(app, make_token, monkeypatch):
    monkeypatch.setattr("webapp.guards.tokens.BAD_TOKEN", Rule("bad_token", 3, throttle.BAD_TOKEN.window))
    for number in range(3):
        Client(app, f"teken_{number}").ask("GET", "/token", status=401)
    Client(app, "teken_3").ask("GET", "/token", status=429)
    Client(app, make_token()[1]).get("/token")  # a good token of the same office's network is not shut out


def test_only_its_offices_administrator_makes_and_revokes_it(work, make_token, sari, budi):
    token, _ = make_token()
    kominfo = work.session.query(Office).filter_by(code="KOMINFO").one()
    budi.memberships.append(Membership(office=kominfo, role=Role.ADMINISTRATOR))
    work.session.flush()
    for login in ("sari", "budi", "rina", "agus"):
        actor = world.as_person(work, world.find(work, login))
        with pytest.raises(Forbidden):
            tokens.create(actor, token.office, name="x", scopes=[Scope.READ], days=1)
        with pytest.raises(NotFound):
            tokens.get(actor, token.id)
        assert token not in tokens.governed(actor)
    assert tokens.create(world.as_person(work, budi), kominfo, name="x", scopes=[Scope.READ], days=1)
    told = work.session.query(AuditEntry).filter_by(event="token.created").order_by(AuditEntry.number).first()
    assert json.loads(told.facts)["scopes"] == sorted(Scope) and "teken_" not in told.facts
