import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing.envelope import envelope
from signing.errors import NotSignable, NotTrusted
from signing.keys import LocalKey
from signing.places import Placement
from signing.sign import pdf_time, sign
from tests.signing.office import NOW, STAMP, letter, office, prepared, program, signed, widget


def _signed_data(pdf: bytes) -> cms.SignedData:
    signature = widget(pdf).V
    return cms.ContentInfo.load(bytes(signature.Contents))["content"]


def test_only_the_holes_are_written() -> None:
    made = prepared()
    result = sign(made, office().key, NOW)
    changed = [place for place, (old, new) in enumerate(zip(made.pdf, result.pdf, strict=True)) if old != new]
    (start, end), (time_start, time_end) = made.holes["contents"], made.holes["time"]
    assert all(start < place < end - 1 or time_start <= place < time_end for place in changed)
    assert result.pdf.startswith(letter()) and result.sha256 == sha256(result.pdf).hexdigest()
    assert result.level == "B-B"


def test_the_attributes_are_those_of_pades() -> None:
    data = _signed_data(signed())
    (info,) = data["signer_infos"]
    types = {attribute["type"].native for attribute in info["signed_attrs"]}
    assert types == {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
    assert info["digest_algorithm"]["algorithm"].native == "sha256"
    assert info["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
    embedded = {choice.chosen.dump() for choice in data["certificates"]}
    assert embedded == {office().key.certificate_der, office().issuing}


def test_the_cms_is_the_same_as_pyhanko_would_encode() -> None:
    signature = widget(signed()).V
    message = cms.ContentInfo.load(bytes(signature.Contents))
    assert message.copy().dump(force=True) == bytes(signature.Contents)[: len(message.dump())]


def test_the_time_is_shown_in_the_zone_it_was_given_in() -> None:
    assert f"/M (D:{NOW:%Y%m%d%H%M%S}+07'00')".encode() in signed()
    assert pdf_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == b"(D:20260102030405+00'00')"
    assert pdf_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(-timedelta(minutes=90)))).endswith(b"-01'30')")
    with pytest.raises(NotSignable, match="bad_time"):
        sign(prepared(), office().key, NOW.replace(tzinfo=None))


def test_bytes_other_than_the_approved_ones_are_not_signed() -> None:
    made = prepared()
    altered = made.pdf[:200] + bytes([made.pdf[200] ^ 1]) + made.pdf[201:]
    for wrong in (replace(made, pdf=altered), replace(made, sha256="0" * 64)):
        with pytest.raises(NotSignable, match="wrong_digest"):
            sign(wrong, office().key, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"contents": [10, 20]},
        {"contents": [0, 0]},
        {"contents": "x"},
        {"time": [0, 25]},
        {"time": [-26, -1]},
        {"contents": [-5, 10**12]},
        {"time": None},
    ],
)
def test_changed_holes_are_noticed(change: dict[str, object]) -> None:
    made = prepared()
    with pytest.raises(NotSignable, match="bad_holes"):
        sign(replace(made, holes=made.holes | change), office().key, NOW)
    shrunk = made.holes["contents"]
    with pytest.raises(NotSignable, match="bad_holes"):
        sign(replace(made, holes=made.holes | {"contents": [shrunk[0], shrunk[1] - 2]}), office().key, NOW)


def test_a_reserve_too_small_is_an_error_not_a_broken_file() -> None:
    with pytest.raises(NotSignable, match="too_large"):
        sign(prepared(bytes_reserved=1000), office().key, NOW)


def test_a_certificate_that_is_none() -> None:
    with pytest.raises(NotTrusted, match="bad_certificate"):
        sign(prepared(), LocalKey(ec.generate_private_key(ec.SECP256R1()), b"x", ()), NOW)


def test_signatures_of_every_length_fit() -> None:
    made = prepared()
    lengths = set()
    for _ in range(40):
        pdf = sign(made, office().key, NOW).pdf
        lengths.add(len(_signed_data(pdf)["signer_infos"][0]["signature"].native))
    assert len(lengths) >= 2


def test_the_approval_costs_less_than_a_millisecond() -> None:
    made, key = prepared(), office().key
    envelope(key.certificate_der, key.chain_der)
    spent = []
    for _ in range(30):
        start = time.process_time()
        sign(made, key, NOW)
        spent.append(time.process_time() - start)
    assert sorted(spent)[15] < 0.001


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    for number, streams in enumerate((False, True)):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(signed(letter(pages=2, object_streams=streams)))
        done = subprocess.run([program("qpdf"), "--check", str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("times", [1, 2])
def test_pdfsig_trusts_it_and_sees_the_whole_document(tmp_path: Path, times: int) -> None:
    store = tmp_path / "nss"
    store.mkdir()
    root = x509.load_der_x509_certificate(office().root).public_bytes(Encoding.PEM)
    (tmp_path / "root.pem").write_bytes(root)
    certutil = [program("certutil"), "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, capture_output=True)
    add = ["-A", "-n", "root", "-t", "CT,C,C", "-i", str(tmp_path / "root.pem")]
    subprocess.run([*certutil, *add], check=True, capture_output=True)
    pdf = signed()
    if times == 2:
        pdf = signed(pdf, field="TTE2", place=Placement(1, 60, 545, *STAMP.size))
    (tmp_path / "s.pdf").write_bytes(pdf)
    shown = subprocess.run(
        [program("pdfsig"), "-nssdir", str(store), str(tmp_path / "s.pdf")], capture_output=True, text=True
    ).stdout
    assert shown.count("Signature is Valid.") == times
    assert shown.count("ETSI.CAdES.detached") == times
    assert shown.count("Total document signed") == 1 and shown.rindex("Total") > shown.rindex("Signature #")
    assert shown.count("Certificate is Trusted.") == times


def test_openssl_verifies_the_cms(tmp_path: Path) -> None:
    pdf = signed()
    signature = widget(pdf).V
    _, end, start, rest = (int(number) for number in signature.ByteRange)
    (tmp_path / "content").write_bytes(pdf[:end] + pdf[start : start + rest])
    message = cms.ContentInfo.load(bytes(signature.Contents)).dump()
    (tmp_path / "cms").write_bytes(message)
    root = x509.load_der_x509_certificate(office().root).public_bytes(Encoding.PEM)
    (tmp_path / "root.pem").write_bytes(root)
    done = subprocess.run(
        [
            program("openssl"),
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            str(tmp_path / "cms"),
            "-content",
            str(tmp_path / "content"),
            "-CAfile",
            str(tmp_path / "root.pem"),
            "-purpose",
            "any",
            "-attime",
            str(int(NOW.timestamp())),
            "-out",
            str(tmp_path / "out"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
