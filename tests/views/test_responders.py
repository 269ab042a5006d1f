"""OCSP and time-stamps over HTTP, right after the demo office is made; openssl is the judge."""

from __future__ import annotations

import base64
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import authority as ca
from tests import people
from tests.signing.office import program
from webapp.domain import authority, keys, service_keys, suspensions, verification
from webapp.domain.errors import Conflict, Forbidden
from webapp.models import ServiceKey, Timestamp


@pytest.fixture
def openssl(tmp_path, work, sari):
    made, leaf = authority.current(work), keys.find(work, sari).certificate
    for name, der in (("root", made.root_der), ("issuing", made.issuing_der), ("leaf", leaf.der)):
        pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        (tmp_path / f"{name}.pem").write_bytes(pem)
    (tmp_path / "letter").write_bytes(b"a letter")

    def run(*arguments: str) -> str:
        done = subprocess.run([program("openssl"), *arguments], cwd=tmp_path, capture_output=True, text=True)
        return done.stdout + done.stderr

    return run


def status(app, openssl, folder, how="POST") -> str:
    ask = ("ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem")
    openssl(*ask, "-reqout", "ask.der")
    der = (folder / "ask.der").read_bytes()
    if how == "POST":
        got = app.test_client().post("/authority/ocsp", data=der, content_type="application/ocsp-request")
    else:
        got = app.test_client().get("/authority/ocsp/" + base64.b64encode(der).decode().replace("+", "%2B"))
    assert got.status_code == 200 and got.mimetype == "application/ocsp-response"
    (folder / "answer.der").write_bytes(got.data)
    judge = ("-no_nonce", "-respin", "answer.der", "-CAfile", "root.pem", "-verify_other", "issuing.pem")
    told = openssl(*ask, *judge)
    assert "Response verify OK" in told, told
    return told


@pytest.mark.parametrize("how", ["GET", "POST"])
def test_a_revocation_is_known_at_the_next_question(app, openssl, tmp_path, work, sari, how):
    work.session.commit()
    assert "leaf.pem: good" in status(app, openssl, tmp_path, how)
    keys.revoke(people.as_person(work, sari), keys.find(work, sari).certificate, "keyCompromise")
    work.session.commit()
    assert "Reason: keyCompromise" in status(app, openssl, tmp_path, how)


def test_a_hold_stops_signing_is_published_and_ends(app, openssl, tmp_path, work, sari, rina):
    by_sari, by_rina, certificate = people.as_person(work, sari), people.as_person(work, rina), None
    certificate = keys.find(work, sari).certificate
    suspensions.suspend(by_sari, certificate)
    with pytest.raises(Forbidden):
        keys.open_key(work, sari, people.secret_of(sari))
    with pytest.raises(Forbidden):
        suspensions.resume(by_sari, certificate)
    authority.renew(by_rina, people.secret_of(rina))
    (tmp_path / "list.der").write_bytes(authority.crl_der(work))
    work.session.commit()
    assert "Certificate Hold" in openssl("crl", "-inform", "DER", "-in", "list.der", "-noout", "-text")
    openssl("crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem")
    check = ("verify", "-crl_check", "-CRLfile", "list.pem", "-CAfile", "root.pem", "-untrusted", "issuing.pem")
    assert "certificate revoked" in openssl(*check, "leaf.pem")
    assert "Reason: certificateHold" in status(app, openssl, tmp_path)
    suspensions.resume(by_rina, certificate, people.secret_of(rina))
    (tmp_path / "list.der").write_bytes(authority.crl_der(work))
    work.session.commit()
    openssl("crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem")
    assert "leaf.pem: OK" in openssl(*check, "leaf.pem")
    assert "leaf.pem: good" in status(app, openssl, tmp_path)
    assert keys.open_key(work, sari, people.secret_of(sari))
    with pytest.raises(Conflict):
        suspensions.resume(by_rina, certificate)


def test_only_what_was_signed_during_the_hold_does_not_count(work, sari, rina):
    from dataclasses import replace

    certificate = keys.find(work, sari).certificate
    suspensions.suspend(people.as_person(work, sari), certificate)
    after = replace(people.as_person(work, rina), now=work.now + timedelta(hours=1))
    suspensions.resume(after, certificate)
    held = [suspensions.was_suspended(work, certificate, work.now + timedelta(minutes=m)) for m in (-1, 0, 59, 60)]
    assert held == [False, True, True, False]
    assert verification.trust(work).roots_der


def test_the_time_stamp_authority_answers_openssl_with_numbers_of_its_own(app, openssl, tmp_path, work):
    work.session.commit()
    openssl("ts", "-query", "-data", "letter", "-sha256", "-cert", "-out", "ask.tsq")
    client, serials = app.test_client(), set()
    for _ in range(2):
        ask = (tmp_path / "ask.tsq").read_bytes()
        got = client.post("/authority/tsa", data=ask, content_type="application/timestamp-query")
        (tmp_path / "answer.tsr").write_bytes(got.data)
        check = ("-queryfile", "ask.tsq", "-in", "answer.tsr", "-CAfile", "root.pem", "-untrusted", "issuing.pem")
        assert "Verification: OK" in openssl("ts", "-verify", *check)
        text = openssl("ts", "-reply", "-in", "answer.tsr", "-text")
        serials.add(next(line for line in text.splitlines() if line.startswith("Serial number")))
    assert len(serials) == 2 == work.session.query(Timestamp).count()


@pytest.mark.parametrize(
    ("path", "kind"), [("ocsp", "application/ocsp-request"), ("tsa", "application/timestamp-query")]
)
def test_hostile_questions_are_refused_and_leave_nothing(app, work, path, kind):
    work.session.commit()
    client = app.test_client()
    assert client.post(f"/authority/{path}", data=b"\x30\x80nonsense", content_type=kind).status_code == 200
    assert client.post(f"/authority/{path}", data=b"x" * 5000, content_type=kind).status_code == 413
    assert client.post(f"/authority/{path}", data=b"x", content_type="text/plain").status_code == 422
    assert work.session.query(Timestamp).count() == 0


def test_the_certificates_lie_where_aia_says(app, work, sari):
    made, leaf = authority.current(work), keys.find(work, sari).certificate
    work.session.commit()
    text = x509.load_der_x509_certificate(leaf.der).extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    urls = [told.access_location.value for told in text.value]
    assert urls == ["http://localhost/authority/ocsp", f"http://localhost/authority/certificates/issuing/{made.id}"]
    assert app.test_client().get(f"/authority/crl/{made.id}").data == made.crl_der
    assert app.test_client().get(f"/authority/crl/{made.id + 1}").status_code == 404
    assert app.test_client().get(f"/authority/certificates/issuing/{made.id}").data == made.issuing_der
    assert app.test_client().get("/authority/certificates/root").data == made.root_der


def test_service_keys_are_renewed_before_they_end_and_not_sooner(work, rina):
    from dataclasses import replace

    def renew_after(days: int) -> int:
        later = replace(people.as_person(work, rina), now=work.now + timedelta(days=days))
        authority.renew(later, people.secret_of(rina))
        return work.session.query(ServiceKey).count()

    assert renew_after(1) == 4
    assert renew_after(300) == 5  # ocsp alone
    assert ca.ends_at(service_keys.open_key(work, "timestamp").certificate_der) > work.now + timedelta(days=1800)
