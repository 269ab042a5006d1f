"""Somebody else's time-stamp authority: believed when everything fits, else refused, and asked again later."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import signing
from signing import authority as ca
from signing.errors import EvidenceUnavailable, TimestampUnavailable
from signing.verdicts import ProblemCode
from tests.factories import later
from tests.signing.office import catalog, prepared
from tests.tsa_service import LIES, LISTS, Tsa, serving
from webapp import jobs, remote, worker
from webapp.domain import archives, documents, verification
from webapp.domain.verification import Standing
from webapp.models import Job, Timestamp


@pytest.fixture
def tsa(monkeypatch):
    monkeypatch.setattr(remote, "LISTS_KEPT", 0)
    with serving(Tsa()) as made:
        yield made


@pytest.fixture
def outside(app, tsa):
    """The app, told to have its time-stamps made there."""
    return told(app, tsa)


def told(app, tsa, *, url=True, roots=()):
    config = replace(app.config["TEKEN"], tsa_url=tsa.url if url else "", tsa_roots=(tsa.root, *roots))
    app.config["TEKEN"] = config
    return app


def stamped(app, work, letter):
    signature_id = letter.signature.id
    work.session.commit()
    jobs.run(app, "archive", {"signature_id": signature_id})
    work.session.expire_all()
    return documents.get(work.config, letter.signature.file_sha256)


def as_told(app, work):
    return replace(work, config=app.config["TEKEN"])


def test_the_letter_gets_its_time_stamp_there_with_all_that_proves_it(outside, work, make, tsa, tmp_path):
    letter = make.signed()
    before = documents.get(work.config, letter.signature.sha256)
    pdf = stamped(outside, work, letter)
    assert pdf.startswith(before) and letter.signature.level == "B-LTA" and work.session.query(Timestamp).count() == 0
    trust = verification.trust(later(as_told(outside, work), 60))
    verdict = signing.verify(pdf, replace(trust, require_revocation=True))  # by what the file itself brings
    assert verdict.is_valid, verdict.problems
    assert [entry.level for entry in verdict.signatures] == ["B-LTA", "B-B"]
    without = signing.verify(pdf, replace(trust, timestamp_roots_der=()))
    assert {problem.code for problem in without.problems} == {ProblemCode.BAD_TIMESTAMP}
    assert signing.verify(pdf, replace(trust, at=trust.at + timedelta(days=500))).is_valid
    embedded = [x509.load_der_x509_crl(bytes(one.read_bytes())) for one in catalog(pdf).DSS.CRLs]
    issuers = {entry.issuer.rfc4514_string() for entry in embedded}
    assert {name for name in issuers if tsa.name in name} == {
        x509.load_der_x509_certificate(der).subject.rfc4514_string() for der in (tsa.root, tsa.issuing)
    }
    assert verification.look_up(as_told(outside, work), letter.code, "::1").standing == Standing.GENUINE
    (tmp_path / "s.pdf").write_bytes(pdf)
    shown = subprocess.run(["pdfsig", tmp_path / "s.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in shown
    assert subprocess.run(["qpdf", "--check", tmp_path / "s.pdf"], capture_output=True).returncode == 0


def test_openssl_agrees_and_finds_no_time_stamp_of_another_root(outside, work, make, tsa, tmp_path):
    pdf = stamped(outside, work, make.signed())
    stamp = next(field for field in catalog(pdf).AcroForm.Fields if str(field.V.Type) == "/DocTimeStamp").V
    _, end, start, rest = (int(number) for number in stamp.ByteRange)
    (tmp_path / "content").write_bytes(pdf[:end] + pdf[start : start + rest])
    (tmp_path / "token").write_bytes(cms.ContentInfo.load(bytes(stamp.Contents)).dump())
    ours = verification.trust(work).roots_der[0]
    for name, der in (("theirs", tsa.root), ("ours", ours), ("issuing", tsa.issuing)):
        (tmp_path / name).write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "content", "-untrusted", "issuing"]
    for root, said in (("theirs", "Verification: OK"), ("ours", "Verification: FAILED")):
        done = subprocess.run([*command, "-CAfile", root], cwd=tmp_path, capture_output=True, text=True)
        assert said in done.stdout + done.stderr


@pytest.mark.parametrize(("lie", "code"), (LIES | LISTS).items())
def test_every_lie_is_noticed_and_only_delays(outside, work, make, tsa, monkeypatch, lie, code):
    letter = make.signed()
    work.session.commit()
    tsa.lie = lie
    kind = EvidenceUnavailable if lie in LISTS else TimestampUnavailable
    with monkeypatch.context() as patch, pytest.raises(kind) as caught:
        patch.setattr(remote, "WHOLE", 1 if lie == "slow" else remote.WHOLE)
        jobs.run(outside, "archive", {"signature_id": letter.signature.id})
    assert caught.value.code == code, caught.value
    work.session.expire_all()
    assert (letter.signature.level, letter.signature.archived_sha256) == ("B-B", None)
    assert archives.count_waiting(work) == 1 and "/elsewhere" not in tsa.asked
    tsa.lie = ""
    stamped(outside, work, letter)
    assert letter.signature.level == "B-LTA"


def test_a_dead_authority_is_retried_and_its_cause_shown(outside, work, make, tsa, page):
    letter = make.signed()
    work.session.query(Job).filter(Job.kind != "archive").delete()
    config = outside.config["TEKEN"]
    outside.config["TEKEN"] = replace(config, tsa_url="http://127.0.0.1:9/tsa")
    work.session.commit()
    assert worker.run_one(outside)
    work.session.expire_all()
    (job,) = work.session.query(Job).filter_by(kind="archive")
    assert job.run_at > work.now and "unreachable" in job.error and letter.signature.level == "B-B"
    work.session.commit()
    page.log_in("admin").get("/jobs")
    assert "unreachable" in page.text or "1 surat" in page.text
    outside.config["TEKEN"] = config
    stamped(outside, work, letter)
    assert letter.signature.level == "B-LTA" and work.session.query(Timestamp).count() == 0, "never our own instead"


@pytest.mark.parametrize("gives", ["ocsp", "nothing"])
def test_an_authority_with_ocsp_alone_or_with_nothing(app, work, make, monkeypatch, gives):
    with serving(Tsa(gives=gives)) as tsa:
        told(app, tsa)
        pdf = stamped(app, work, make.signed())
        assert ("/ocsp" in tsa.asked) is (gives == "ocsp")
        assert signing.verify(pdf, verification.trust(later(as_told(app, work), 60))).is_valid
        if gives == "ocsp":
            tsa.lie = "revoked"
            letter = make.signed()
            with pytest.raises(EvidenceUnavailable, match="revoked"):
                stamped(app, work, letter)


def test_a_policy_is_asked_for_and_insisted_on(outside, work, make, tsa):
    config = outside.config["TEKEN"]
    outside.config["TEKEN"] = replace(config, tsa_policy="1.2.3.4")
    letter = make.signed()
    with pytest.raises(TimestampUnavailable, match="refused"):  # the stand-in knows one policy only, and says so
        stamped(outside, work, letter)
    outside.config["TEKEN"] = replace(config, tsa_policy=ca.POLICY.dotted_string)
    assert stamped(outside, work, letter) and letter.signature.level == "B-LTA"


def test_letters_stay_valid_when_the_office_changes_its_mind(app, work, make, tsa):
    """Own, external, own again: each renewal covers the one before, and what was stamped elsewhere stays good."""
    first, second = make.signed(), make.signed()
    stamped(app, work, first)
    told(app, tsa)
    stamped(app, work, second)
    for url in (True, False, True):
        told(app, tsa, url=url)
        for letter in (first, second):
            letter.signature.renew_at = work.now
            kept = documents.get(work.config, letter.signature.file_sha256)
            pdf = stamped(app, work, letter)
            assert pdf.startswith(kept) and pdf != kept
            verdict = signing.verify(pdf, verification.trust(later(as_told(app, work), 60)))
            assert verdict.is_valid, verdict.problems
    assert [e.kind for e in verdict.signatures] == ["signature", *["timestamp"] * 4]
    assert tsa.asked.count("/issuing.crl") == 1 + 3 + 2 + 2, "at each stamping, and once more when the next covers it"
    told(app, tsa, url=False)
    ids = [first.signature.id, second.signature.id]
    assert archives.check(later(as_told(app, work), 60), 0) == (ids, [])


def test_one_that_is_gone_by_then_does_not_stop_the_renewal(app, work, make):
    letter = make.signed()
    with serving(Tsa()) as gone:
        told(app, gone)
        stamped(app, work, letter)
    told(app, gone, url=False)  # its roots stay in the configuration
    letter.signature.renew_at = work.now
    verdict = signing.verify(stamped(app, work, letter), verification.trust(later(as_told(app, work), 60)))
    assert verdict.is_valid and [e.kind for e in verdict.signatures] == ["signature", "timestamp", "timestamp"]


def test_nobody_that_its_root_certifies_signs_letters(tsa, work):
    """Roots for time are no roots for people: else every customer of that authority could sign as the regent."""
    key = tsa.service("status")
    spki = key.private_key.public_key()
    der = ca.issue(
        tsa.issuing_key, tsa.issuing, spki.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ca.Subject("Bupati Contoh"), work.now - timedelta(days=1), work.now + timedelta(days=30), crl_url="",
    )  # fmt: skip
    signed = signing.sign(prepared(), type(key)(key.private_key, der, (tsa.issuing, tsa.root)), work.now).pdf
    trust = signing.Trust((), work.now, timestamp_roots_der=(tsa.root,))
    verdict = signing.verify(signed, trust)
    assert [problem.code for problem in verdict.problems] == [ProblemCode.NOT_TRUSTED]
    assert signing.verify(signed, replace(trust, roots_der=(tsa.root,))).is_valid, "the control"


@pytest.mark.parametrize(("days", "expected"), [(700, 520), (90, 60)])
def test_a_key_certified_for_months_is_not_renewed_each_night(outside, work, make, tsa, days, expected):
    tsa.key = tsa.service("timestamp", days)
    letter = make.signed()
    stamped(outside, work, letter)
    assert (letter.signature.renew_at - work.now).days in (expected - 1, expected)
