"""Each official's key where he chose it. The theft is carried out: database, configuration and the way to the HSM."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from signing.errors import KeyUnavailable
from signing.keys import pkcs11, vault
from tests import people
from tests.csc_service import BEARER, Provider
from tests.domain.test_custody import candidates, stolen_bytes
from tests.factories import forget_code
from tests.signing import judges
from tests.softhsm import FIRST_PIN, softhsm  # noqa: F401
from webapp import remote
from webapp.domain import (
    accounts,
    approvals,
    archives,
    audit,
    authority,
    credentials,
    custodians,
    documents,
    keys,
    letters,
    marks,
    signatures,
    verification,
)
from webapp.domain.errors import Conflict, Forbidden, Invalid, Locked
from webapp.domain.verification import Standing
from webapp.models import AuditEntry, Certificate, SigningKey


def configured(work, **values):
    return replace(work, config=replace(work.config, **values))


def end_key(work, person):
    """The person's key ends, and the identity is verified again: the way to another custodian."""
    keys.revoke(people.as_person(work, person), keys.find(work, person).certificate, "superseded")
    rina = people.find(work, "rina")
    by_rina = people.as_person(work, rina)
    keys.verify_identity(by_rina, person, documents="KTP elektronik", method="tatap_muka", note="")


def enrol(work, person, custodian=""):
    """A new key with a certificate of the embedded authority."""
    end_key(work, person)
    key = keys.create(people.as_person(work, person), people.secret_of(person), custodian)
    rina = people.find(work, "rina")
    keys.issue(people.as_person(work, rina), key, keys.control_code(key), people.secret_of(rina))
    work.session.flush()
    return key


def approve(work, letter, **typed):
    forget_code(work, letter.signer)
    by_signer = people.as_person(work, letter.signer)
    approval = approvals.begin(
        by_signer, letter, digest=marks.digest(letter), secret=people.secret_of(letter.signer),
        activation=custodians.Activation(**typed),
    )  # fmt: skip
    approvals.consent(by_signer, approval, people.code_of(work, letter.signer))
    return signatures.complete(by_signer, approval, signatures.make(by_signer, approval))


@pytest.fixture
def hsm_work(work, softhsm):  # noqa: F811
    return configured(work, pkcs11_module=softhsm.module.path, pkcs11_first_pin=FIRST_PIN)


def adopt(work, person):
    end_key(work, person)
    by_rina = people.as_person(work, people.find(work, "rina"))
    return credentials.adopt(by_rina, person, custodians.fetch(work.config, "cred-1"))


@pytest.mark.parametrize("algorithm", ["P-256", "RSA-2048"])
def test_a_key_in_the_hsm_signs_a_letter(hsm_work, make, sari, algorithm, tmp_path):
    work = configured(hsm_work, key_algorithm=algorithm)
    key = enrol(work, sari)
    assert key.custodian == "pkcs11"
    letter = approve(work, make.submitted())
    roots = [authority.current(work).root_der]
    judges.require_valid(documents.get(work.config, letter.signature.sha256), roots, tmp_path, has_responder=False)
    assert verification.look_up(work, letter.code, "::1").standing == Standing.GENUINE


def test_a_thief_of_database_configuration_and_hsm_access_cannot_sign(hsm_work, sari):
    """Every value that lies on the server is tried as the PIN of the token and as the secret that wraps it."""
    work = hsm_work
    key = enrol(work, sari)
    opened = people.log_in(work, "sari")  # a live session: its sealing key is in the database too
    loot = set(stolen_bytes(work))
    module = pkcs11.Module(work.config.pkcs11_module, work.config.pkcs11_tokens)
    pins = {FIRST_PIN, work.config.pkcs11_first_pin} | {
        value.decode() for value in loot if 4 <= len(value) <= 64 and value.isascii() and b"\0" not in value
    }
    assert len(pins) > 50, "the thief found nothing to try"
    for pin in pins:
        with pytest.raises(KeyUnavailable):
            pkcs11.Pkcs11Key(module, key.details["token"], pin, key.certificate.der).sign(b"in her name")
    for secret in {value[:32] for value in candidates(loot) if len(value) >= 32}:
        with pytest.raises(KeyUnavailable):
            vault.unwrap_pin(key.wrapped, secret, work.config.server_key)
    # The control: with what only her device and her log-in hold together, it opens and signs.
    theirs, _ = keys.open_key(work, sari, accounts.unlock(opened.login, opened.sealed_secret))
    assert theirs.sign(b"in her own name")
    with pytest.raises(Locked):
        keys.open_key(work, sari, people.secret_of(people.find(work, "hadi")))


def test_the_hsm_pin_follows_a_changed_password(hsm_work, sari):
    enrol(hsm_work, sari)
    keys.rewrap(hsm_work, sari, people.secret_of(sari), b"n" * 32)
    assert keys.open_key(hsm_work, sari, b"n" * 32)[0].sign(b"x")
    with pytest.raises(Locked):
        keys.open_key(hsm_work, sari, people.secret_of(sari))


def test_no_token_is_given_to_two_people_and_none_is_given_again(hsm_work, sari, hadi, softhsm):  # noqa: F811
    first = enrol(hsm_work, sari)
    with pytest.raises(Conflict, match="token"):
        enrol(hsm_work, hadi)
    softhsm.token("teken-02")
    by_hadi = people.as_person(hsm_work, hadi)
    second = keys.create(by_hadi, people.secret_of(hadi))
    assert second.details["token"] != first.details["token"]


def test_only_what_is_on_offer_can_be_chosen(work, sari):
    end_key(work, sari)
    for name in ("pkcs11", "csc", "elsewhere"):
        with pytest.raises(Invalid):
            keys.create(people.as_person(work, sari), people.secret_of(sari), name)
    assert keys.create(people.as_person(work, sari), people.secret_of(sari), "vault").custodian == "vault"


def test_a_providers_key_signs_a_letter(csc_work, provider, make, sari, tmp_path):
    certificate = adopt(csc_work, sari)
    assert certificate.authority is None and custodians.asks(certificate.key) == {"PIN", "OTP"}
    letter = approve(csc_work, make.submitted(), pin=provider.pin, otp=provider.otp)
    judges.require_valid(documents.get(csc_work.config, letter.signature.sha256), [provider.root], tmp_path)
    assert verification.look_up(csc_work, letter.code, "::1").standing == Standing.GENUINE
    untrusting = configured(csc_work, csc_roots=())
    assert verification.look_up(untrusting, letter.code, "::1").standing == Standing.DAMAGED


@pytest.mark.parametrize("order", [("sari", "hadi"), ("hadi", "sari")])
def test_a_letter_carries_a_providers_signature_and_one_of_ours(csc_work, provider, make, sari, order, tmp_path):
    adopt(csc_work, sari)
    make.work, letter = csc_work, make.cosigned(*order)
    letters.submit(make.person("budi"), letter)
    for number, login in enumerate(order, 1):
        typed = {"pin": provider.pin, "otp": provider.otp} if login == "sari" else {}
        letter = approve(csc_work, letter, **typed)
        pdf, folder = documents.get(csc_work.config, letter.signatures[-1].sha256), tmp_path / login
        folder.mkdir()
        roots = [authority.current(csc_work).root_der, provider.root]
        shown = judges.pdfsig(pdf, roots, folder)
        assert shown.count("Signature is Valid.") == number and shown.count("Total document signed") == 1
    assert verification.look_up(csc_work, letter.code, "::1").standing == Standing.GENUINE
    due = archives.due(csc_work, letter.signature.id)
    assert len(due.provider_chains) == 1 and len(due.evidence.ocsps) == 1, "each kind of evidence for its own signer"


def test_pin_and_otp_are_kept_nowhere(csc_work, provider, make, sari, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    adopt(csc_work, sari)
    approve(csc_work, make.submitted(), pin=provider.pin, otp=provider.otp)
    loot = b"\0".join(stolen_bytes(csc_work)) + caplog.text.encode()
    loot += b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for typed in (provider.pin, BEARER):
        assert typed.encode() not in loot


def test_a_wrong_pin_signs_nothing_and_the_letter_waits(csc_work, provider, make, sari):
    adopt(csc_work, sari)
    letter = make.submitted()
    with pytest.raises(KeyUnavailable, match="wrong_activation"):
        approve(csc_work, letter, pin="wrong", otp=provider.otp)
    assert letter.signature is None
    assert approve(csc_work, letter, pin=provider.pin, otp=provider.otp).signature


def test_without_a_pin_the_code_is_not_spent(csc_work, provider, make, sari):
    adopt(csc_work, sari)
    letter, code = make.submitted(), people.code_of(csc_work, sari)
    by_sari, held = people.as_person(csc_work, sari), {"secret": people.secret_of(sari), "digest": marks.digest(letter)}
    forget_code(csc_work, sari)
    with pytest.raises(Invalid) as error:
        approvals.begin(by_sari, letter, **held)
    assert error.value.field == "pin" and not [path for path, _ in provider.asked if path.endswith("authorize")]
    approval = approvals.begin(by_sari, letter, activation=custodians.Activation("p", "o"), **held)
    approvals.consent(by_sari, approval, code)


@pytest.mark.parametrize("path", ["credentials/authorize", "signatures/signHash"])
def test_a_lost_answer_leaves_one_letter_signed_once(csc_work, provider, make, sari, path):
    """The connection is cut after the provider did its work; the official approves again."""
    adopt(csc_work, sari)
    letter = make.submitted()
    provider.fail_at = path
    with pytest.raises(KeyUnavailable, match="unreachable"):
        approve(csc_work, letter, pin=provider.pin, otp=provider.otp)
    assert letter.signature is None
    provider.fail_at = ""
    approve(csc_work, letter, pin=provider.pin, otp=provider.otp)
    told = csc_work.session.query(AuditEntry).filter_by(event=audit.Event.LETTER_SIGNED, letter_id=letter.id).all()
    assert len(told) == 1 and json.loads(told[0].facts)["custodian"] == "csc"


def test_a_provider_that_takes_too_long_is_given_up(csc_work, provider, make, sari, monkeypatch):
    adopt(csc_work, sari)
    monkeypatch.setattr(remote, "TIMEOUT", (1, 0.2))
    provider.delay = 1
    with pytest.raises(KeyUnavailable, match="unreachable"):
        approve(csc_work, make.submitted(), pin=provider.pin, otp=provider.otp)


def test_an_expired_bearer_is_fetched_anew(csc_work, sari):
    adopt(csc_work, sari)
    name = (csc_work.config.csc_url, csc_work.config.csc_client_id)
    remote._tokens[name] = ("stale", remote._tokens[name][1])
    assert custodians.fetch(csc_work.config, "cred-1")


def test_a_certificate_of_somebody_else_is_not_recorded(csc_work, provider, hadi):
    with pytest.raises(Invalid, match="atas nama"):
        adopt(csc_work, hadi)
    assert csc_work.session.query(Certificate).filter(Certificate.chain_pem.is_not(None)).count() == 0


def test_a_provider_that_is_not_trusted_is_not_recorded(csc_work, sari):
    with pytest.raises(Invalid, match="tidak berasal"):
        adopt(configured(csc_work, csc_roots=(Provider().root,)), sari)


def test_a_providers_key_needs_the_identity_check_too(csc_work, sari):
    found = custodians.fetch(csc_work.config, "cred-1")
    by_rina = people.as_person(csc_work, people.find(csc_work, "rina"))
    with pytest.raises(Forbidden):  # her last check has borne a certificate already
        credentials.adopt(by_rina, sari, found)
    with pytest.raises(Forbidden):
        credentials.adopt(people.as_person(csc_work, sari), sari, found)
    with pytest.raises(Forbidden):
        credentials.adopt(by_rina, people.find(csc_work, "joko"), found)


def test_revoking_a_providers_certificate_ends_its_use_here(csc_work, sari, rina):
    certificate = adopt(csc_work, sari)
    by_rina = people.as_person(csc_work, rina)
    keys.revoke(by_rina, certificate, "affiliationChanged", people.secret_of(rina))
    assert keys.find(csc_work, sari) is None
    with pytest.raises(Forbidden):
        keys.open_key(csc_work, sari, people.secret_of(sari), custodians.Activation("p", "o"))


def test_a_revoked_hsm_key_leaves_no_pin_behind(hsm_work, sari):
    key = enrol(hsm_work, sari)
    keys.revoke(people.as_person(hsm_work, sari), key.certificate, "superseded")
    assert hsm_work.session.get(SigningKey, key.id).wrapped is None
