"""The QR code of a letter that BSrE signs: sealed by the office's key after the consent, and said whose it is."""

from __future__ import annotations

import subprocess

import pytest
from cryptography import x509
from PIL import Image

from signing import seal
from signing.errors import NotSignable
from tests import people, scanner
from tests.remote.conftest import again, asked_and_answered, started
from tests.signing.office import program
from webapp import db
from webapp.domain import documents, marks, remote_signatures, sendings, service_keys
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.jobs import bsre_recovery
from webapp.models import RemoteSignature, ServiceKey


def codes(tmp_path, pdf):
    """What another program reads from the page as yet another one draws it, at 150 dpi in grey."""
    (tmp_path / "s.pdf").write_bytes(pdf)
    command = [program("pdftoppm"), "-r", "150", "-gray", "-png", "-singlefile", tmp_path / "s.pdf", tmp_path / "s"]
    subprocess.run(command, check=True)
    return [found.text for found in scanner.codes(Image.open(tmp_path / "s.png"))]


def files(config):
    return {path.name for path in (config.data_dir / "documents").rglob("*") if path.is_file()}


def test_the_seal_is_the_offices_and_of_the_moment_of_consent(page, approve, letter, work, session, config, tmp_path):
    page.log_in("sari")
    approve(letter)
    session.refresh(letter)
    (text,) = codes(tmp_path, documents.get(config, letter.signature.sha256))
    assert text.startswith(f"{marks.address(config, letter)}#")
    sealed, key = seal.read(text), service_keys.open_key(work, "seal").certificate_der
    assert seal.verify(sealed, key) and sealed.at == letter.signature.remote.started_at
    claim = sealed.claim
    assert (claim.number, claim.signer, claim.dated_on) == (letter.number, letter.signer.full_name, letter.dated_on)
    assert claim.content == bytes.fromhex(letter.version.sha256)[:12]
    usage = x509.load_der_x509_certificate(key).extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and not usage.content_commitment, "nobody takes it for the official's"


def test_before_the_consent_there_is_no_code_and_a_wrong_one_seals_nothing(page, approve, letter, config, tmp_path):
    assert codes(tmp_path, documents.get(config, letter.version.prepared_sha256)) == []
    page.log_in("sari").get(f"/letters/{letter.id}")
    before = files(config)
    approve(letter, code="000000", status=422)
    assert files(config) == before


def test_what_is_sent_lies_on_disk_and_is_named_before_the_call(app, page, letter, service, config, session):
    asked = started(app, page, letter)
    session.rollback()
    (sent,) = session.query(RemoteSignature.sent_sha256).one()
    assert sent == asked.sent_sha256 and service.signings == []
    asked_and_answered(app, asked)
    assert service.signings == [documents.get(config, sent)]


def test_killed_before_it_was_sent_there_is_no_doubt(app, page, letter, service, now):
    asked = started(app, page, letter, sealed=False)
    page.clock.tick(200)
    page.get(f"/letters/{letter.id}")
    assert "terputus sebelum terkirim" in page.text and "mungkin tercatat dua" not in page.text
    assert now(letter) == ("submitted", "refused", 0)
    page.clock.tick()
    again(page, letter)
    assert now(letter) == ("signed", "signed", 1) and len(service.signings) == 1
    bsre_recovery.run(app, asked.id)
    assert now(letter) == ("signed", "signed", 1) and len(service.signings) == 1


def test_an_attempt_that_was_given_up_is_not_sent_any_more(app, page, letter, service):
    """The process that slept on it wakes up after the official was told that nothing was signed."""
    asked = started(app, page, letter, sealed=False)
    page.clock.tick(200)
    page.get(f"/letters/{letter.id}")
    asked = remote_signatures.seal(app.config["TEKEN"], asked)
    with db.unit(app.extensions["engine"]) as own, pytest.raises(Conflict):
        remote_signatures.send(Work(own, None, page.clock(), app.config["TEKEN"]), asked)
    assert service.signings == []


def test_an_attempt_that_woke_up_in_time_is_not_ended_as_unsent(app, page, letter, service, now):
    """The recovery looked before the file was named and writes its finding down after: it must not count."""
    asked = started(app, page, letter, sealed=False)
    with db.unit(app.extensions["engine"]) as own:
        work = Work(own, None, page.clock(), app.config["TEKEN"])
        remote_signatures.send(work, remote_signatures.seal(work.config, asked))
    with db.unit(app.extensions["engine"]) as own:
        work = Work(own, None, page.clock(), app.config["TEKEN"])
        unsent = remote_signatures.Ending(remote_signatures.Attempt.REFUSED, "not_sent")
        remote_signatures.settle(work, asked.id, unsent)
    assert now(letter) == ("submitted", "sending", 0)


def test_without_a_seal_key_the_code_holds_the_address_alone(page, approve, letter, session, config, tmp_path):
    session.query(ServiceKey).filter_by(purpose="seal").delete()
    session.commit()
    page.log_in("sari")
    approve(letter)
    session.refresh(letter)
    assert codes(tmp_path, documents.get(config, letter.signature.sha256)) == [marks.address(config, letter)]


def test_other_bytes_than_the_approved_are_never_sealed(letter, work, config):
    unsealed = sendings.begin(work, letter)
    assert sendings.seal(config, unsealed) != sendings.seal(config, unsealed), "which is why the first one is kept"
    wrong = sendings.Unsealed(letter.version.sha256, unsealed.holes, unsealed.claim, unsealed.seal_key, work.now)
    with pytest.raises(NotSignable):
        sendings.seal(config, wrong)
    assert people.find(work, "sari")
