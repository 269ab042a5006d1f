"""A letter signed at a provider outlives the provider: its revocation data are fetched, checked and embedded."""

import subprocess
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl

import signing
from signing.errors import EvidenceUnavailable
from tests.domain.test_custodians import adopt, approve
from tests.factories import later
from tests.signing.office import catalog
from webapp import remote
from webapp.domain import archives, documents, responders, verification


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(remote, "LISTS_KEPT", 0)


def archived(csc_work, letter):
    due = archives.due(csc_work, letter.signature.id)
    stamp = lambda asked: responders.timestamp(csc_work, asked)  # noqa: E731
    archives.attach(csc_work, due, archives.extend(csc_work.config, due, stamp, remote.revocation_data()))
    return documents.get(csc_work.config, letter.signature.file_sha256)


def test_a_providers_letter_carries_what_proves_its_certificate(csc_work, provider, make, sari, tmp_path):
    """openssl judges the provider's chain by nothing but the lists that the file itself brings."""
    adopt(csc_work, sari)
    pdf = archived(csc_work, approve(csc_work, make.submitted(), pin=provider.pin, otp=provider.otp))
    trust = replace(verification.trust(later(csc_work, 60)), require_revocation=True)
    verdict = signing.verify(pdf, trust)
    assert verdict.is_valid, verdict.problems
    assert verdict.signatures[0].level == "B-LTA"
    kept = [load_der_x509_crl(one.read_bytes()) for one in catalog(pdf).DSS.CRLs]
    (tmp_path / "lists.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in kept))
    for name, der in (("root", provider.root), ("issuing", provider.issuing), ("leaf", provider.certificate)):
        (tmp_path / name).write_bytes(load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    check = ["openssl", "verify", "-crl_check_all", "-CAfile", "root", "-untrusted", "issuing", "-CRLfile", "lists.pem"]
    done = subprocess.run([*check, "leaf"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "leaf: OK\n", done.stderr


@pytest.mark.parametrize(("lists", "code"), [("gone", "bad_answer"), ("revoked", "revoked")])
def test_without_the_providers_list_the_letter_waits_and_is_no_lower_level(
    csc_work, provider, make, sari, lists, code
):  # fmt: skip
    adopt(csc_work, sari)
    letter = approve(csc_work, make.submitted(), pin=provider.pin, otp=provider.otp)
    provider.lists = lists
    with pytest.raises(EvidenceUnavailable, match=code):
        archived(csc_work, letter)
    assert letter.signature.level == "B-B" and archives.count_waiting(csc_work) == 1
    provider.lists = ""
    archived(csc_work, letter)
    assert letter.signature.level == "B-LTA"
