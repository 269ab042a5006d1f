"""OCSP answers and time-stamps, judged by openssl."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import authority, ocsp, timestamps
from signing.keys import LocalKey
from tests.signing.office import NOW, office, program


def service(purpose: str) -> LocalKey:
    made, key = office(), ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    span = (NOW - timedelta(days=1), NOW + timedelta(days=300))
    subject = authority.Subject(f"Layanan {purpose}")
    der = authority.issue_service(
        made.issuing_key, made.issuing, spki, subject, span, purpose=purpose, crl_url="http://crl.invalid/x",
        access=authority.Access("http://ocsp.invalid", "http://issuer.invalid"),
    )  # fmt: skip
    return LocalKey(key, der, (made.issuing, made.root))


@pytest.fixture
def folder(tmp_path):
    made = office()
    for name, der in (("root", made.root), ("issuing", made.issuing), ("leaf", made.key.certificate_der)):
        certificate = x509.load_der_x509_certificate(der)
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "letter").write_bytes(b"a letter")
    return tmp_path


def openssl(folder, *arguments: str) -> str:
    done = subprocess.run([program("openssl"), *arguments], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("purpose", "said"),
    [
        ("ocsp", ["OCSP Signing", "OCSP No Check"]),
        ("timestamp", ["Extended Key Usage: critical", "Time Stamping"]),
        ("seal", []),
    ],
)  # fmt: skip
def test_services_may_not_sign_letters(folder, purpose, said):
    (folder / "s.der").write_bytes(service(purpose).certificate_der)
    text = openssl(folder, "x509", "-inform", "DER", "-in", "s.der", "-noout", "-text")
    assert "Digital Signature" in text and "Non Repudiation" not in text
    assert "OCSP - URI:http://ocsp.invalid" in text and "CA Issuers - URI:http://issuer.invalid" in text
    assert all(words in text for words in said), text


REVOKED = authority.Revoked(1, NOW - timedelta(hours=1), "certificateHold")


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ocsp.Status(True), "leaf.pem: good"),
        (ocsp.Status(False), "leaf.pem: unknown"),
        (ocsp.Status(True, REVOKED), "Reason: certificateHold"),
    ],
)  # fmt: skip
def test_openssl_believes_the_responder(folder, digest, status, said):
    ask = ["ocsp", digest, "-issuer", "issuing.pem", "-cert", "leaf.pem"]
    openssl(folder, *ask, "-reqout", "ask.der")
    answered = ocsp.answer(
        (folder / "ask.der").read_bytes(), service("ocsp"), lambda serial: status, datetime.now(UTC), timedelta(hours=1)
    )
    (folder / "answer.der").write_bytes(answered)
    judge = ["-no_nonce", "-respin", "answer.der", "-CAfile", "root.pem", "-verify_other", "issuing.pem"]
    told = openssl(folder, *ask, *judge)
    assert "Response verify OK" in told and said in told, told
    asked = x509.ocsp.load_der_ocsp_request((folder / "ask.der").read_bytes())
    given = x509.ocsp.load_der_ocsp_response(answered)
    assert [e.value for e in asked.extensions] == [e.value for e in given.extensions] != []


@pytest.mark.parametrize("request_der", [b"", b"\x30\x80", b"\x30\x03\x30\x01\x00", b"x" * 10_000])
def test_hostile_requests_are_refused_in_the_protocols_words(folder, request_der):
    answered = ocsp.answer(request_der, service("ocsp"), lambda serial: ocsp.Status(True), NOW, timedelta(hours=1))
    assert x509.ocsp.load_der_ocsp_response(answered).response_status == x509.ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    refused = timestamps.answer(request_der, service("timestamp"), NOW, 1)
    (folder / "refused.tsr").write_bytes(refused)
    assert "Status: Rejected" in openssl(folder, "ts", "-reply", "-in", "refused.tsr", "-text")


def test_another_authoritys_certificates_are_not_spoken_of(folder):
    other = x509.load_der_x509_certificate(office("Lain").issuing)
    (folder / "issuing.pem").write_bytes(other.public_bytes(Encoding.PEM))
    openssl(folder, "ocsp", "-issuer", "issuing.pem", "-serial", "1", "-reqout", "ask.der")
    answered = ocsp.answer(
        (folder / "ask.der").read_bytes(), service("ocsp"), lambda serial: ocsp.Status(True), NOW, timedelta(hours=1)
    )
    assert x509.ocsp.load_der_ocsp_response(answered).response_status == x509.ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("digest", ["-sha256", "-sha384", "-sha512"])
def test_openssl_verifies_the_time_stamp(folder, digest):
    openssl(folder, "ts", "-query", "-data", "letter", digest, "-cert", "-out", "ask.tsq")
    answered = timestamps.answer((folder / "ask.tsq").read_bytes(), service("timestamp"), datetime.now(UTC), 2**100 + 7)
    (folder / "answer.tsr").write_bytes(answered)
    check = ["-in", "answer.tsr", "-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    assert "Verification: OK" in openssl(folder, "ts", "-verify", "-queryfile", "ask.tsq", *check)
    (folder / "letter").write_bytes(b"another letter")
    assert "FAILED" in openssl(folder, "ts", "-verify", "-data", "letter", *check)
    text = openssl(folder, "ts", "-reply", "-in", "answer.tsr", "-text")
    assert "Ordering: no" in text and "0x01 seconds" in text and f"{2**100 + 7:X}" in text.upper()


@pytest.mark.parametrize("digest", ["-sha1", "-md5"])
def test_weak_hashes_are_not_stamped(folder, digest):
    openssl(folder, "ts", "-query", "-data", "letter", digest, "-out", "ask.tsq")
    answered = timestamps.answer((folder / "ask.tsq").read_bytes(), service("timestamp"), NOW, 1)
    (folder / "answer.tsr").write_bytes(answered)
    text = openssl(folder, "ts", "-reply", "-in", "answer.tsr", "-text")
    assert "Status: Rejected" in text and "unrecognized or unsupported algorithm" in text
