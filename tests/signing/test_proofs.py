"""Revocation data that somebody else serves: only what the certificate's own issuer says now is kept."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import authority, ocsp, proofs
from signing.archive import Evidence
from signing.errors import EvidenceUnavailable
from signing.keys import LocalKey
from tests.signing.office import NOW, office

DAY = timedelta(days=1)


def certified(purpose="status", *, crl="", asks=""):
    """A certificate of the office, naming these addresses; (key, chain up to the root)."""
    made, key = office(), ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    der = authority.issue_service(
        made.issuing_key, made.issuing, spki, authority.Subject(f"Contoh {purpose}"), (NOW - DAY, NOW + 300 * DAY),
        purpose=purpose, crl_url=crl, access=authority.Access(asks),
    )  # fmt: skip
    return LocalKey(key, der, (made.issuing,)), (der, made.issuing)  # the issuing one stands in for a root here


GOOD = ocsp.Status(True)


def answered(responder, status=GOOD, at=NOW):
    return lambda _url, asked: ocsp.answer(asked, responder, lambda _serial: status, at, DAY)


def listed(since=NOW - DAY, days=10, revoked=()):
    made = office()
    return authority.crl(made.issuing_key, made.issuing, revoked, since, since + days * DAY)


def with_scope(**scope) -> bytes:
    """A list that speaks of some certificates only."""
    told = {
        "full_name": [x509.UniformResourceIdentifier("http://crl.invalid")], "relative_name": None,
        "only_contains_user_certs": False, "only_contains_ca_certs": False, "only_some_reasons": None,
        "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    issuer = x509.load_der_x509_certificate(office().issuing).subject
    builder = x509.CertificateRevocationListBuilder(issuer, NOW - DAY, NOW + DAY)
    builder = builder.add_extension(x509.IssuingDistributionPoint(**told | scope), critical=True)
    return builder.sign(office().issuing_key, SHA256()).public_bytes(Encoding.DER)


def test_a_certificate_without_addresses_is_not_asked_about():
    _, chain = certified()
    assert proofs.gather(chain, answered(None), NOW) == Evidence(certificates=chain)


@pytest.mark.parametrize("url", ["ldap://x", "file:///etc/passwd", "ftp://x/y"])
def test_only_web_addresses_are_asked(url):
    _, chain = certified(crl=url, asks=url)
    assert proofs.gather(chain, answered(None), NOW) == Evidence(certificates=chain)


def test_a_list_of_the_issuer_counts():
    _, chain = certified(crl="http://crl.invalid/x")
    body = listed()
    assert proofs.gather(chain, lambda _url, _asked: body, NOW).crls == (body,)
    for scope in ({}, {"only_contains_user_certs": True}):
        assert proofs.gather(chain, lambda _url, _asked, s=scope: with_scope(**s), NOW).crls


def of_a_stranger() -> bytes:
    """The office's name, somebody else's key."""
    issuer = x509.load_der_x509_certificate(office().issuing).subject
    builder = x509.CertificateRevocationListBuilder(issuer, NOW - DAY, NOW + DAY)
    return builder.sign(office("Lain").issuing_key, SHA256()).public_bytes(Encoding.DER)


BAD_LISTS = {
    "not_issued_by": of_a_stranger, "stale": lambda: listed(NOW - 30 * DAY), "bad_answer": lambda: b"\x30\x80",
}  # fmt: skip


@pytest.mark.parametrize("code", BAD_LISTS)
def test_a_bad_list_proves_nothing(code):
    _, chain = certified(crl="http://crl.invalid/x")
    with pytest.raises(EvidenceUnavailable, match=code):
        proofs.gather(chain, lambda _url, _asked: BAD_LISTS[code](), NOW)


@pytest.mark.parametrize(
    "scope",
    [{"only_contains_ca_certs": True}, {"only_contains_attribute_certs": True}, {"indirect_crl": True},
     {"only_some_reasons": frozenset([x509.ReasonFlags.key_compromise])}],
)  # fmt: skip
def test_a_list_about_others_proves_nothing(scope):
    _, chain = certified(crl="http://crl.invalid/x")
    with pytest.raises(EvidenceUnavailable, match="does not speak of"):
        proofs.gather(chain, lambda _url, _asked: with_scope(**scope), NOW)


def test_where_the_list_fails_ocsp_is_asked_but_not_where_it_says_revoked():
    key, chain = certified(crl="http://crl.invalid/x", asks="http://ocsp.invalid")
    responder, _ = certified("ocsp")
    asked = []

    def fetch(url, question, body=b"junk"):
        asked.append(url)
        return answered(responder)(url, question) if question else body

    found = proofs.gather(chain, fetch, NOW)
    assert found.ocsps and not found.crls and asked == ["http://crl.invalid/x", "http://ocsp.invalid"]
    gone = listed(revoked=[authority.Revoked(authority.serial_of(key.certificate_der), NOW - DAY)])
    with pytest.raises(EvidenceUnavailable, match="revoked"):
        proofs.gather(chain, lambda url, question: fetch(url, question, gone), NOW)
    assert asked[-1] == "http://crl.invalid/x"


@pytest.mark.parametrize(
    ("status", "at", "code"),
    [
        (ocsp.Status(False), NOW, "unknown"), (ocsp.Status(True, authority.Revoked(1, NOW - DAY)), NOW, "revoked"),
        (ocsp.Status(True), NOW - 5 * DAY, "stale"), (ocsp.Status(True), NOW + DAY, "stale"),
    ],
)  # fmt: skip
def test_what_ocsp_must_say(status, at, code):
    _, chain = certified(asks="http://ocsp.invalid")
    responder, _ = certified("ocsp")
    assert proofs.gather(chain, answered(responder), NOW).ocsps
    with pytest.raises(EvidenceUnavailable, match=code):
        proofs.gather(chain, answered(responder, status, at), NOW)


def test_who_may_answer():
    """Not another key under the same issuer, unless it is certified for OCSP; not about another certificate."""
    _, chain = certified(asks="http://ocsp.invalid")
    _, other = certified(asks="http://ocsp.invalid")
    responder, _ = certified("ocsp")
    nobody, _ = certified("timestamp")
    with pytest.raises(EvidenceUnavailable, match="not_issued_by"):
        proofs.gather(chain, answered(nobody), NOW)

    def about_another(_url, _asked):
        question = ocsp.request(other[0], other[1])
        return ocsp.answer(question, responder, lambda _serial: ocsp.Status(True), NOW, DAY)

    with pytest.raises(EvidenceUnavailable, match="another certificate"):
        proofs.gather(chain, about_another, NOW)
    with pytest.raises(EvidenceUnavailable, match="TRY_LATER"):
        proofs.gather(chain, lambda _url, _asked: ocsp.no_answer(), NOW)
