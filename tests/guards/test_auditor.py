"""An auditor reads everything and changes nothing: whatever form he makes by hand, the office stays as it is."""

import pytest
from sqlalchemy import delete, select

from tests import people as world
from tests.guards.test_routes import PUBLIC, methods, rules
from tests.page import Page
from webapp.domain import imports, keys, outbox
from webapp.models import Base, Job, Throttle

# His own account, which is not the office's. Adding an endpoint here is a decision about security.
OWN = {
    "sessions", "settings", "passwords", "passkeys", "subscriptions", "enrolment", "practice", "drills", "preferences",
    "offline_letters",
}  # fmt: skip
OWN_TRACES = {"audit_entries", "audit_head", "throttles", "login_sessions"}  # that he was refused is noted
FORM = {
    "reason": "Alasan yang cukup panjang", "digest": "0" * 64, "code": "123456", "name": "x", "role": "signer",
    "office": "1", "email": "x@solok.example", "number": "1", "subject": "x", "confirm": "y",
}  # fmt: skip


def everything(work):
    """All rows of all tables but his own traces."""
    work.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OWN_TRACES]
    found = {table.name: sorted(map(repr, work.session.execute(select(table)))) for table in tables}
    work.session.rollback()
    return found


def address_of(rule, values):
    """The rule with real numbers in its places: of letters that he may read, of people, keys and jobs that exist."""
    path = ""
    for is_converted, text in rule._trace:
        converter = rule._converters.get(text) if is_converted else None
        first = next(iter(getattr(converter, "items", ())), None) or values.get(text, "people")
        path += str(first) if is_converted else text
    return path.removeprefix("|")


@pytest.fixture
def office(work, make):
    """Letters in every state, a key, a job, an import: something real behind each number."""
    letters = [make.in_state(state) for state in ("draft", "placed", "submitted", "returned", "signed")]
    outbox.add(work, "mail", person_id=1, message="x")
    work.session.flush()
    sari, admin = world.find(work, "sari"), world.find(work, "admin")
    kept = imports.Import(
        person_id=admin.id, kind="people", filename="x", sha256="0" * 64, rows=[], notes=[], created_at=work.now
    )
    work.session.add(kept)
    work.session.flush()
    values = {
        "person_id": sari.id, "key_id": keys.find(work, sari).id, "job_id": work.session.query(Job).first().id,
        "office_id": letters[0].office_id, "membership_id": sari.memberships[0].id, "import_id": kept.id,
        "target_id": 0, "login_id": 1, "passkey_id": 1, "anchor_id": 1, "number": 1,
        "rule_id": 1, "hold_id": 1, "disposal_id": 1,
    }  # fmt: skip
    ids = [letter.id for letter in letters]
    work.session.commit()
    return [values | {"letter_id": letter_id} for letter_id in ids]


def posts(app):
    for rule in rules(app):
        is_page = not rule.rule.startswith("/api/")  # where no log-in counts: tests/api/test_tokens.py
        is_office = rule.endpoint not in PUBLIC and rule.endpoint.partition(".")[0] not in OWN
        if is_page and is_office and "POST" in methods(rule):
            yield rule


def test_an_auditor_can_post_nothing(app, clock, work, office):
    page = Page(app, clock).log_in("agus").get("/audits")
    token, tried = page.csrf_token(), 0
    for values in office:
        page.get(f"/letters/{values['letter_id']}")  # the control: he does read it
    before = everything(work)
    for rule in posts(app):
        addresses = {address_of(rule, values) for values in office}
        for address in sorted(addresses):
            work.session.execute(delete(Throttle))  # a refusal that comes from too many attempts would prove nothing
            work.session.commit()
            answer = page.client.post(
                address, data=FORM | {"csrf_token": token}, headers={"Referer": "http://localhost/"}
            )
            assert answer.status_code in (403, 404), f"{address} answers {answer.status_code}"
            tried += 1
    assert tried > 60, f"only {tried} were tried"
    assert everything(work) == before


def test_his_own_account_is_all_that_is_left_out(app):
    """The control: OWN names what exists, and the forms of the office are not in it."""
    nouns = {rule.endpoint.partition(".")[0] for rule in rules(app)}
    assert nouns >= OWN
    named = {rule.endpoint for rule in posts(app)}
    assert {"signatures.create", "returns.create", "imports.apply", "cutoffs.create", "keys.revoke"} <= named


def test_the_same_forms_do_something_for_those_who_may(app, clock, work, office):
    """The control of the refusals: one of these addresses, asked by whom it is for, does change the office."""
    page = Page(app, clock).log_in("admin").get("/people")
    before = everything(work)
    page.post(f"/people/{office[0]['person_id']}/cutoffs/devices/0", {"reason": "lost"})
    assert everything(work) != before, "the mail to the person"
