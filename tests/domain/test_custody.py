"""Who can sign. The theft is carried out: everything that lies on the server is taken, and used."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, String, Text, inspect, text

import signing
from signing import authority as ca
from signing.errors import KeyUnavailable, NotTrusted
from signing.keys import vault as key_vault
from signing.sign import sign
from tests import people
from tests.authenticator import Authenticator
from tests.factories import forget_code
from tests.signing.office import prepared
from webapp.domain import accounts, assertions, authority, keys, passkeys, service_keys, vault, verification
from webapp.domain.errors import Conflict, Forbidden, Invalid, Locked
from webapp.models import AuthorityShare, Base, LoginSession, PasskeyWrapping, Role, SigningKey


def stolen_bytes(work):
    """Every value of every table, and every value of the configuration, as bytes, text decoded where it can be."""
    for table in Base.metadata.sorted_tables:
        for row in work.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            for value in row.values():
                if isinstance(value, bytes | memoryview):
                    yield bytes(value)
                elif value is not None:
                    yield str(value).encode()
    for value in vars(work.config).values():
        yield value if isinstance(value, bytes) else str(value).encode()


def candidates(values):
    """What a thief would try as the 32-byte secret: each value, also decoded and hashed."""
    import base64
    import hashlib

    for value in values:
        yield value
        yield hashlib.sha256(value).digest()
        for decode in (bytes.fromhex, base64.urlsafe_b64decode):
            try:
                yield decode(value.decode())
            except ValueError:
                continue


def tied_passkey(work, sari, opened):
    """Sari registers a passkey that opens her key; returns what its PRF gives, as the vault takes it."""
    forget_code(work, sari)
    hers, finger = people.as_person(work, sari), Authenticator()
    passkeys.add(
        hers, opened.login, finger.create(passkeys.begin(hers, opened.login, people.code_of(work, sari))), "Ponsel"
    )
    presented = finger.get(assertions.ask(hers, opened.login, assertions.KEY))
    assertion = assertions.check(hers, opened.login, presented, assertions.KEY)
    passkeys.tie(hers, opened.login, presented, accounts.unlock(opened.login, opened.sealed_secret))
    return passkeys.secret_of(assertion)


def test_a_stolen_database_with_the_configuration_cannot_sign(work, sari):
    opened = people.log_in(work, "sari")  # a live session: its sealing key lies in the database too
    prf = tied_passkey(work, sari, opened)
    work.session.flush()
    loot = list(stolen_bytes(work))
    secrets_tried = {s[:32] for s in candidates(loot) if len(s) >= 32}
    sealing_keys = [login.seal_key for login in work.session.query(LoginSession)]
    for key, value in itertools.product(sealing_keys, loot):
        try:
            secrets_tried.add(vault.decrypt(key, value, f"secret {sari.id}"))
        except (Locked, ValueError):
            continue
    wrapped = [k.wrapped for k in work.session.query(SigningKey)] + [
        s.wrapped for s in work.session.query(AuthorityShare)
    ]
    wrapped += [w.wrapped for w in work.session.query(PasskeyWrapping)]
    assert len(wrapped) == 4 and len(secrets_tried) > 100, "the thief found nothing to try"
    for blob, secret in itertools.product(wrapped, secrets_tried):
        with pytest.raises(KeyUnavailable):
            key_vault.unwrap(blob, secret, work.config.server_key)
    # The control: with the one thing that is only on the device it opens, so the test could have failed.
    secret = accounts.unlock(opened.login, opened.sealed_secret)
    assert key_vault.unwrap(keys.find(work, sari).wrapped, secret, work.config.server_key)
    assert key_vault.unwrap(wrapped[-1], prf, work.config.server_key)
    assert prf not in b"".join(loot)


@pytest.mark.parametrize("purpose", ["ocsp", "timestamp", "status", "seal"])
def test_the_server_s_own_keys_which_a_thief_does_open_neither_issue_nor_sign_letters(work, purpose):
    stolen = service_keys.open_key(work, purpose)
    span = (work.now, work.now + timedelta(days=1))
    spki = key_vault.generate(b"s" * 32, work.config.server_key)[1]
    with pytest.raises(NotTrusted, match="not_an_authority"):
        ca.issue(stolen.private_key, stolen.certificate_der, spki, ca.Subject("Sari"), *span, crl_url="")
    trust = verification.trust(work)
    forged = sign(prepared(), stolen, work.now).pdf
    assert not signing.verify(forged, trust).is_valid
    # The control: the same letter by the official's key is valid, so the test could have failed.
    own, _ = keys.open_key(work, people.find(work, "sari"), people.secret_of(people.find(work, "sari")))
    assert signing.verify(sign(prepared(), own, work.now).pdf, trust).is_valid


def test_no_private_key_password_or_secret_lies_in_the_clear(work, sari, rina):
    people.log_in(work, "sari")
    work.session.flush()
    loot = b"\0".join(stolen_bytes(work))
    opened_key, _ = keys.open_key(work, sari, people.secret_of(sari))
    number = opened_key.private_key.private_numbers().private_value.to_bytes(32, "big")
    assert number not in loot and number.hex().encode() not in loot
    assert people.PASSWORD.encode() not in loot
    assert people.secret_of(sari) not in loot and people.secret_of(rina) not in loot
    assert people.totp_of(work, sari).secret.encode() not in loot


def test_the_device_alone_opens_nothing_once_its_session_has_ended(work, sari):
    opened = people.log_in(work, "sari")
    accounts.log_out(people.as_person(work, sari), opened.login)
    with pytest.raises(Locked):
        accounts.unlock(opened.login, opened.sealed_secret)


def test_another_persons_cookie_opens_nothing(work, sari, hadi):
    hers, his = people.log_in(work, "sari"), people.log_in(work, "hadi")
    with pytest.raises(Locked):
        accounts.unlock(hers.login, his.sealed_secret)


def test_without_verification_no_key(work, admin):
    joko = people.find(work, "joko")
    with pytest.raises(Forbidden, match="belum diverifikasi"):
        keys.create(people.as_person(work, joko), b"s" * 32)
    assert keys.find(work, joko) is None


def test_nobody_verifies_or_certifies_himself(work, rina, sari):
    rina.memberships[0].role = Role.REGISTRAR
    by_rina = people.as_person(work, rina)
    with pytest.raises(Forbidden):
        keys.verify_identity(by_rina, rina, documents="KTP", method="tatap_muka", note="")
    with pytest.raises(Forbidden):
        keys.verify_identity(people.as_person(work, sari), sari, documents="KTP", method="tatap_muka", note="")


@pytest.fixture
def joko_key(work, rina):
    """Joko, verified, has just made his key."""
    joko = people.find(work, "joko")
    accounts.set_password(joko, people.PASSWORD)
    keys.verify_identity(people.as_person(work, rina), joko, documents="KTP elektronik", method="tatap_muka", note="")
    return keys.create(people.as_person(work, joko), people.secret_of(joko))


def test_a_certificate_needs_the_code_that_the_official_reads_out(work, rina, joko_key):
    by_rina = people.as_person(work, rina)
    right = keys.control_code(joko_key)
    wrong = "0000" if right != "0000" else "1111"
    with pytest.raises(Invalid, match="tidak cocok"):
        keys.issue(by_rina, joko_key, wrong, people.secret_of(rina))
    assert joko_key.certificate is None
    spoken = " ".join(right.lower()).replace("0", "o").replace("1", "l")
    certificate = keys.issue(by_rina, joko_key, spoken, people.secret_of(rina))
    assert keys.usable_certificate(work, joko_key) is certificate
    with pytest.raises(Conflict):
        keys.issue(by_rina, joko_key, right, people.secret_of(rina))


def test_the_server_alone_cannot_issue(work, rina, joko_key):
    code = keys.control_code(joko_key)
    with pytest.raises(Locked):
        keys.issue(people.as_person(work, rina), joko_key, code, b"\0" * 32)
    with pytest.raises(Forbidden):
        keys.issue(work, joko_key, code, people.secret_of(rina))


def test_a_second_registrar_takes_the_issuing_key_with_a_code_once(work, rina, agus):
    agus.memberships[0].role = Role.REGISTRAR
    work.session.flush()
    by_rina, by_agus = people.as_person(work, rina), people.as_person(work, agus)
    with pytest.raises(Invalid):
        authority.claim(by_agus, "0000-0000-0000-0000-0000", people.secret_of(agus))
    code = authority.offer(by_rina, people.secret_of(rina))
    authority.claim(by_agus, code.upper(), people.secret_of(agus))
    made = authority.current(work)
    mine = authority.open_issuing(by_agus, made, people.secret_of(agus))
    theirs = authority.open_issuing(by_rina, made, people.secret_of(rina))
    assert mine.private_numbers() == theirs.private_numbers()
    with pytest.raises(Conflict):
        authority.claim(by_agus, code, people.secret_of(agus))


def test_an_old_offer_is_worth_nothing(work, rina, agus):
    from tests.factories import later

    agus.memberships[0].role = Role.REGISTRAR
    work.session.flush()
    code = authority.offer(people.as_person(work, rina), people.secret_of(rina))
    with pytest.raises(Invalid):
        authority.claim(later(people.as_person(work, agus), 86_401), code, people.secret_of(agus))


def test_a_changed_password_keeps_the_key_and_ends_other_sessions(work, sari):
    here = people.log_in(work, "sari")
    forget_code(work, sari)
    there = people.log_in(work, "sari", device="lost phone")
    before = keys.find(work, sari).spki
    sealed = accounts.change_password(
        people.as_person(work, sari), here.login, here.sealed_secret, old=people.PASSWORD, new="a new long password"
    )
    key, _ = keys.open_key(work, sari, accounts.unlock(here.login, sealed))
    assert keys.find(work, sari).spki == before and key.private_key
    assert there.login.ended_at is not None and here.login.ended_at is None
    with pytest.raises(Invalid):
        accounts.check_password(work, sari.email, people.PASSWORD, device="", address="")


def test_a_registrars_changed_password_keeps_the_issuing_key(work, rina):
    opened = people.log_in(work, "rina")
    sealed = accounts.change_password(
        people.as_person(work, rina), opened.login, opened.sealed_secret, old=people.PASSWORD, new="a new long password"
    )
    secret = accounts.unlock(opened.login, sealed)
    assert authority.open_issuing(people.as_person(work, rina), authority.current(work), secret)


def test_a_forgotten_password_destroys_the_key_and_revokes_the_certificate(work, sari):
    certificate = keys.find(work, sari).certificate
    invitation = accounts.invite(work, sari)
    accounts.accept(work, invitation, "quite another password", device="", address="")
    assert keys.find(work, sari) is None
    assert certificate.revoked_at == work.now and certificate.key.wrapped is None


def test_revocation_is_in_the_list_that_openssl_reads(work, sari, rina, tmp_path):
    import subprocess

    certificate = keys.find(work, sari).certificate
    keys.revoke(people.as_person(work, rina), certificate, "keyCompromise", people.secret_of(rina))
    (tmp_path / "list.crl").write_bytes(certificate.authority.crl_der)
    told = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", tmp_path / "list.crl", "-noout", "-text"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert certificate.serial.upper().zfill(len(certificate.serial) + len(certificate.serial) % 2) in told
    assert "Key Compromise" in told
    assert ca.serial_of(certificate.der) == int(certificate.serial, 16)


def test_every_secret_column_is_known_to_this_file():
    """A new bytes or text column that could hold a secret must be thought of here."""
    known = {
        "people.vault_salt", "second_factors.secret_sealed", "login_sessions.seal_key", "signing_keys.spki",
        "signing_keys.wrapped", "certificates.der", "authorities.root_der", "authorities.issuing_der",
        "authorities.crl_der", "authorities.root_crl_der", "authority_shares.code_salt", "authority_shares.wrapped",
        "log_leaves.data", "log_leaves.hash", "log_nodes.hash", "log_pages.data", "log_head.frontier",  # all public
        "service_keys.sealed", "service_keys.certificate_der", "trust_anchors.certificate_der",
        "bsre_accounts.nik_sealed",  # sealed under the server key, as the next two
        "webhooks.secret_sealed", "webhooks.old_secret_sealed",
        # Of the practice authority, which every reader refuses by name: public, public, sealed under the server key.
        "practice_authorities.root_der", "practice_authorities.seal_der", "practice_authorities.sealed",
        "remote_signatures.certificate_der",  # public
        # public halves, a salt, what was proven; and the key wrapped under the PRF, stolen above
        "passkeys.public_key", "passkeys.prf_salt", "approval_evidence.public_key",
        "approval_evidence.authenticator_data", "approval_evidence.client_data",
        "approval_evidence.assertion_signature", "passkey_wrappings.wrapped",
    }  # fmt: skip
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, String | Text)
    }
    assert found == known
    assert inspect(SigningKey).columns["wrapped"].nullable
