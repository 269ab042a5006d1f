"""Letters that BSrE signed, made to last: its revocation data and our time-stamp appended, or said why not."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from sqlalchemy import select

import signing
from signing import verify
from signing.errors import EvidenceUnavailable, NotTrusted, TimestampUnavailable
from tests.bsre_service import authority, revocations
from tests.factories import later
from tests.remote.test_remote_signatures import pdfsig
from tests.signing.office import program
from webapp import jobs, remote
from webapp.domain import archives, documents, remote_archives, verification
from webapp.domain.verification import Standing
from webapp.jobs import archive
from webapp.models import AuditEntry, Job, ServiceKey, Signature


@pytest.fixture(autouse=True)
def _fresh():
    """No faults, and no list that was kept from another test."""
    _forget()
    yield
    _forget()


def _forget():
    remote._lists.clear()
    revocations.faults.clear()
    revocations.revoked.clear()


@pytest.fixture
def signed(page, approve, letter, session, service):
    """signed(*faults): the letter approved by Sari, and nothing archived yet."""

    def make(*faults):
        service.faults.extend(faults)
        page.log_in("sari")
        approve(letter)
        session.refresh(letter)
        session.rollback()
        return letter

    return make


def run(app, session, letter):
    """The letter's own job, as the worker runs it."""
    (job,) = session.scalars(select(Job).where(Job.kind == "bsre_archive"))
    args = dict(job.args)
    session.rollback()
    jobs.run(app, "bsre_archive", args)
    session.expire_all()
    return letter.signature


def evidence(pdf):
    """(lists, answers) in the file's DSS, as another library reads them."""
    with pikepdf.open(pdf) as document:
        store = document.Root.DSS
        return [[bytes(one.read_bytes()) for one in store.get(name, ())] for name in ("/CRLs", "/OCSPs")]


def test_it_reaches_b_lta_and_pdfsig_agrees(app, signed, session, work, config, page, tmp_path):
    letter = signed()
    before = documents.get(config, letter.signature.sha256)
    signature = run(app, session, letter)
    assert signature.level == "B-LTA" and signature.renew_at > work.now + timedelta(days=365)
    pdf = documents.get(config, signature.file_sha256)
    assert pdf.startswith(before) and signature.file_sha256 != signature.sha256
    verdict = signing.verify(pdf, verification.remote_trust(work, later(work, 60).now))
    assert verdict.is_valid and [entry.level for entry in verdict.signatures] == ["B-LTA", "B-B"]
    shown = pdfsig(tmp_path, pdf)
    # This pdfsig looks into no document time-stamp; that it covers all is what it says of it.
    assert shown.count("Signature is Valid.") == 1 and "Certificate is Trusted." in shown
    assert shown.rindex("Total document signed") > shown.index("Signature #2")
    session.rollback()
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Asli" and "tersertifikasi – BSrE" in page.text and "tidak tersertifikasi" not in page.text
    assert "Bukti waktu" in page.text and "menunggu stempel waktu" not in page.text
    assert page.client.get(f"/v/{letter.code}/file").data == pdf


def test_openssl_believes_the_lists_that_the_file_carries(app, signed, session, config, tmp_path, letter):
    signature = run(app, session, signed())
    (tmp_path / "s.pdf").write_bytes(documents.get(config, signature.file_sha256))
    lists, _ = evidence(tmp_path / "s.pdf")
    holders = [authority.root().certificate, authority.issuing().certificate]
    pems = [x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in lists]
    pems += [certificate.public_bytes(Encoding.PEM) for certificate in holders]
    (tmp_path / "all.pem").write_bytes(b"".join(pems))
    (tmp_path / "root.pem").write_bytes(authority.root().pem)
    for name, holder in (("signer", authority.user(letter.signer.name)), ("tsa", authority.timestamping())):
        (tmp_path / f"{name}.pem").write_bytes(holder.pem)
        command = [program("openssl"), "verify", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "all.pem"]
        command += ["-CRLfile", "all.pem", f"{name}.pem"]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert told.returncode == 0 and told.stdout.strip() == f"{name}.pem: OK", told.stderr


def test_where_no_list_can_be_had_ocsp_is_asked(app, signed, session, config, tmp_path, letter):
    revocations.faults.add("lists")
    signature = run(app, session, signed())
    assert signature.level == "B-LTA"
    (tmp_path / "s.pdf").write_bytes(documents.get(config, signature.file_sha256))
    _, answers = evidence(tmp_path / "s.pdf")
    asked = {ocsp.load_der_ocsp_response(der).serial_number for der in answers}
    own = authority.user(letter.signer.name).certificate.serial_number
    assert {own, authority.issuing().certificate.serial_number} <= asked


@pytest.mark.parametrize("faults", [("lists", "ocsp"), ("stale", "ocsp"), ("strange",)], ids=" ".join)
def test_without_evidence_that_holds_it_waits_and_says_so(app, signed, session, config, work, page, faults):
    revocations.faults.update(faults)
    letter = signed()
    with pytest.raises(EvidenceUnavailable):
        run(app, session, letter)
    session.expire_all()
    assert letter.signature.level == "B-T" and letter.signature.archived_sha256 is None
    assert archives.count_waiting(work) == 1
    session.rollback()
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Asli" and "menunggu stempel waktu" in page.text
    _forget()
    assert run(app, session, letter).level == "B-LTA"


def test_a_certificate_revoked_meanwhile_gets_no_evidence_that_it_is_good(app, signed, session, letter, work):
    serial = authority.user(letter.signer.name).certificate.serial_number
    session.rollback()
    revocations.revoked[serial] = work.now - timedelta(days=1)
    with pytest.raises(EvidenceUnavailable, match="revoked"):
        run(app, session, signed())


def test_a_certificate_that_names_no_place_is_never_called_b_lt(app, signed, session, config, work):
    """The time-stamp is there; revocation data of the signer is not, and the level says so."""
    signature = run(app, session, signed("no_places"))
    assert (signature.level, signature.archived_sha256 is not None) == ("B-T", True)
    assert verification.look_up(work, signature.letter.code, "::1").standing == Standing.GENUINE


def test_a_file_that_allows_nothing_more_is_left_as_it_came_and_said_so(app, signed, session, work, page):
    letter = signed("p1")
    signature = run(app, session, letter)
    assert signature.is_final and signature.archived_sha256 is None and signature.level == "B-T"
    assert archives.count_waiting(work) == 0 and remote_archives.due(work, signature.id) is None
    events = session.scalars(select(AuditEntry.event).where(AuditEntry.letter_id == letter.id)).all()
    assert events.count("letter.final") == 1
    session.rollback()
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Asli" and "tidak mengizinkan penambahan" in page.text
    session.rollback()
    jobs.run(app, "nightly", {})
    session.expire_all()
    assert archives.last_check(work)["verifiable"] == 1


def test_a_certified_file_that_allows_signatures_is_stamped(app, signed, session, config, tmp_path):
    signature = run(app, session, signed("p2"))
    assert signature.level == "B-LTA"
    assert pdfsig(tmp_path, documents.get(config, signature.file_sha256)).count("Signature is Valid.") == 1


def test_twice_is_once(app, signed, session, config, work):
    letter = signed()
    run(app, session, letter)
    signature = run(app, session, letter)
    kinds = [e.kind for e in verify(documents.get(config, signature.file_sha256), _trust(work)).signatures]
    assert kinds == ["signature", "timestamp"]


def test_each_night_it_is_judged_and_stamped_again_before_its_stamp_ages(app, signed, session, config, work):
    letter = signed()
    signature = run(app, session, letter)
    first = signature.archived_sha256
    signature.renew_at = work.now - timedelta(seconds=1)
    session.query(Job).delete()
    session.commit()
    jobs.run(app, "nightly", {})
    session.expire_all()
    assert archives.last_check(work)["verifiable"] == 1
    signature = run(app, session, letter)
    pdf = documents.get(config, signature.file_sha256)
    assert pdf.startswith(documents.get(config, first)) and signature.renew_at > work.now
    assert [e.kind for e in verify(pdf, _trust(work)).signatures] == ["signature", "timestamp", "timestamp"]


def test_it_outlives_the_officials_certificate(app, signed, session, config, work):
    bare = signed().signature.sha256
    lasting = run(app, session, session.get_one(Signature, 1).letter).file_sha256
    # The official's certificate has ended by then, and that of the time-stamp that BSrE gave.
    in_five_years = verification.remote_trust(work, later(work, 1810 * 86_400).now)
    assert not verify(documents.get(config, bare), in_five_years).is_valid
    assert verify(documents.get(config, lasting), in_five_years).is_valid


def test_our_roots_vouch_for_time_and_never_for_a_signature_of_bsre(work, make, letter, session, config):
    """Whoever has our issuing key can make no letter that passes for BSrE's."""
    ours = documents.get(config, make.signed(signer="hadi", drafter="rudi").signature.sha256)
    assert verify(ours, verification.trust(work)).is_valid
    assert not verify(ours, verification.remote_trust(work, work.now)).is_valid


def test_nothing_is_kept_that_would_not_be_judged_valid(app, signed, session, config, work):
    """A time-stamp under a root that is not this office's."""
    due = remote_archives.due(work, signed().signature.id)
    strange = replace(due, trust=replace(due.trust, timestamp_roots_der=()))
    session.rollback()
    with pytest.raises(NotTrusted):
        remote_archives.extend(config, strange, archive.timestamper(app), remote.revocation_data())


def test_without_a_time_stamp_key_it_waits(app, signed, session, work):
    letter = signed()
    session.query(ServiceKey).filter_by(purpose="timestamp").delete()
    session.commit()
    with pytest.raises(TimestampUnavailable):
        run(app, session, letter)
    assert archives.count_waiting(work) == 1


def _trust(work):
    return verification.remote_trust(work, later(work, 60).now)
