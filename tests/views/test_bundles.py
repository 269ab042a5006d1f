"""The archive bundle: the same bytes each time, and proven in an empty folder by other people's programs alone."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import zipfile

import pytest

from signing import notes, tlog
from tests.page import Page
from webapp import jobs
from webapp.domain import audit, log
from webapp.models import Confidentiality


def unpacked(data, folder):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder


def check(folder):
    """periksa.sh with nothing of ours at hand."""
    environment = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        ["/bin/sh", "periksa.sh"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def signed(make, session):
    letter = make.signed()
    session.commit()
    return letter


@pytest.fixture
def bundle(page, signed):
    return page.log_in("budi").get(f"/letters/{signed.id}/bundle.zip").response.data


def test_a_bundle_is_proven_by_pdfsig_and_openssl_alone(bundle, tmp_path):
    answer = check(unpacked(bundle, tmp_path))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Sah / valid: 1 (Sari Contoh" in answer.stdout


def test_with_a_time_stamp_that_is_proven_too(app, page, signed, session, tmp_path):
    jobs.run(app, "archive", {"signature_id": signed.signature.id})
    data = page.log_in("budi").get(f"/letters/{signed.id}/bundle.zip").response.data
    answer = check(unpacked(data, tmp_path))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Sah / valid: 2" in answer.stdout
    assert json.loads((tmp_path / "laporan.json").read_text())["verdict"] == "valid"


@pytest.mark.parametrize("where", ["text", "sums", "root"])
def test_a_changed_bundle_fails(bundle, tmp_path, where):
    folder = unpacked(bundle, tmp_path)
    pdf = folder / "surat.pdf"
    if where == "root":  # somebody else's root, with sums that fit
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             "/dev/null", "-subj", "/CN=Lain", "-days", "9", "-out", folder / "sertifikat/akar.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
    else:
        data = bytearray(pdf.read_bytes())
        data[len(data) // 2] ^= 1
        pdf.write_bytes(data)
    if where != "sums":
        names = [line.split()[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
        sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
        (folder / "SHA256SUMS").write_text("".join(sums))
    assert check(folder).returncode != 0


def test_the_same_letter_gives_the_same_bytes_and_its_past_is_in_them(app, page, bundle, signed, clock, tmp_path):
    clock.tick(86_400)
    page.get(f"/letters/{signed.id}")
    assert Page(app, clock).log_in("agus").get(f"/letters/{signed.id}/bundle.zip").response.data == bundle
    folder = unpacked(bundle, tmp_path)
    told = json.loads((folder / "jejak.json").read_text())["entries"]
    assert {"letter.created", "letter.submitted", "letter.signed"} <= {entry["event"] for entry in told}
    for entry in told:
        parts = [entry[n] for n in ("number", "at", "actor_id", "event", "letter_id", "facts", "previous")]
        line = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(line.encode()).hexdigest() == entry["sha256"]


def test_the_proof_of_the_log_holds(make, session, page, signed, tmp_path, config):
    make.signed()
    session.commit()
    data = page.log_in("budi").get(f"/letters/{signed.id}/bundle.zip").response.data
    told = json.loads((unpacked(data, tmp_path) / "log.json").read_text())
    checkpoint = notes.open_checkpoint(told["checkpoint"], log.verifier(config))
    leaf, proof = base64.b64decode(told["leaf"]), [bytes.fromhex(one) for one in told["proof"]]
    assert checkpoint.size == told["size"] == told["index"] + 1
    assert tlog.verify_inclusion(tlog.leaf_hash(leaf), told["index"], told["size"], proof, checkpoint.root)
    assert hashlib.sha256((tmp_path / "surat.pdf").read_bytes()).hexdigest().encode() in leaf


def test_only_who_may_download_gets_it_and_it_is_recorded(app, page, clock, make, session, work, bundle, signed):
    secret = make.signed(confidentiality=Confidentiality.SECRET)
    draft = make.draft()
    session.commit()
    page.get(f"/letters/{draft.id}/bundle.zip", status=404)
    Page(app, clock).log_in("agus").get(f"/letters/{secret.id}/bundle.zip", status=404)
    Page(app, clock).log_in("rudi").get(f"/letters/{signed.id}/bundle.zip", status=404)
    session.expire_all()
    kept = [json.loads(e.facts) for e in audit.of_letter(work, signed) if e.event == "letter.bundled"]
    assert kept == [{"sha256": hashlib.sha256(bundle).hexdigest()}]
    assert not [e for e in audit.of_letter(work, secret) if e.event == "letter.bundled"]
