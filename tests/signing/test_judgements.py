"""Strangers' files are judged in a child: the same verdict, within bounds, and the command line that says it."""

import json
import time
import zlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import __main__ as commands
from signing import judgements
from signing.child import Allowance
from signing.errors import NotTrusted
from signing.trust import Trust, certificates
from signing.verdicts import Verdict, Verification
from signing.verify import verify
from tests.signing import attacks_later
from tests.signing.attacks import ATTACKS
from tests.signing.office import NOW, letter, office, signed
from tests.signing.test_attacks import _evidence, _stamped

assert attacks_later


def pem(*ders: bytes) -> bytes:
    text = b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)
    return b"Subject: whatever a tool writes above\n" + text


@pytest.mark.parametrize("name", ["isa_page_repainted", "usf_byte_range_null", "ssa_over_signed_text"])
def test_the_child_says_what_verify_says(name: str) -> None:
    pdf, trust = ATTACKS[name][0](), office().trust()
    assert judgements.judge(pdf, trust) == verify(pdf, trust)


def test_a_verdict_survives_its_json_in_every_part() -> None:
    verdict = verify(_stamped(signed(), _evidence()), office().trust())
    assert verdict.is_valid and verdict.signatures[0].proven_at and verdict.changes
    text = json.dumps(judgements.to_json(verdict))
    assert judgements.of_json(Verification, json.loads(text)) == verdict
    trust = office().trust(crls_der=(b"1",), ocsps_der=(b"2",), require_revocation=True)
    assert Trust.from_json(json.loads(json.dumps(trust.to_json()))) == trust


@pytest.mark.parametrize("wrong", [None, [], {}, {"problems": 1}, {"problems": [], "signatures": [{}]}])
def test_a_child_that_answers_nonsense_is_not_believed(wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from signing.child import Answer

    monkeypatch.setattr(judgements, "call", lambda *_: Answer(wrong))
    assert judgements.judge(signed(), office().trust()).verdict == Verdict.BROKEN


def bomb() -> bytes:
    """A signed letter's own cross-reference stream, unpacked 400 megabytes of zeros."""
    packed = zlib.compress(bytes(400 << 20), 1)
    head = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    stream = (
        b"2 0 obj\n<< /Type /XRef /W [1 4 2] /Size 99999999 /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
    )
    tail = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return head + stream % len(packed) + packed + tail % len(head)


@pytest.mark.parametrize(
    "pdf",
    [
        bomb,
        lambda: b"%PDF-1.4\n" + b"<<" * 200_000,
        lambda: b"%PDF-1.4\n1 0 obj\n" + b"[" * 1_000_000,
        lambda: signed()[:-200] + b"/ByteRange [0 1 2 3]" * 20_000,
        lambda: b"",
    ],
    ids=["bomb", "dictionaries", "arrays", "ranges", "empty"],
)
def test_a_file_that_wants_too_much_gets_an_answer_in_time(pdf) -> None:
    made, began = pdf(), time.monotonic()
    verdict = judgements.judge(made, office().trust())
    assert not verdict.is_valid and time.monotonic() - began < 40


def test_a_limit_is_a_limit() -> None:
    verdict = judgements.judge(signed(), office().trust(), Allowance(seconds=1, memory=60 << 20))
    assert verdict.verdict == Verdict.BROKEN, "it holds a signature, and nobody knows of it"


# Roots from files


def test_roots_are_read_from_bundles_and_single_files() -> None:
    one, two = office().root, office("Lain").root
    assert certificates(pem(one, two, one)) == (one, two) and certificates(one) == (one,)
    for data in (b"", b"x", pem(one)[:200], b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"):
        with pytest.raises(NotTrusted):
            certificates(data)


# The command line


@pytest.fixture
def verify_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "roots.pem").write_bytes(pem(office("Lain").root, office().root))
    (tmp_path / "root.der").write_bytes(office().root)

    def run(pdf: bytes, *more: str, roots: str = "roots.pem") -> tuple[int, dict]:
        (tmp_path / "x.pdf").write_bytes(pdf)
        code = commands.main(["verify", str(tmp_path / "x.pdf"), "--trust", str(tmp_path / roots), "--json", *more])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize("roots", ["roots.pem", "root.der"])
def test_a_valid_letter_is_told_in_full(verify_file, roots: str) -> None:
    code, told = verify_file(_stamped(signed(), _evidence()), roots=roots)
    assert (code, told["verdict"], told["problems"]) == (0, "valid", [])
    signature, stamp = told["signatures"]
    assert signature["signer"] == "Sari Wulandari, S.H., M.Si." and signature["title"] == "Sekretaris Daerah"
    assert signature["organization"] == "Pemerintah Kabupaten Contoh" and signature["issuer"].startswith("Penerbit")
    assert signature["level"] == "B-LTA" and signature["chain_state"] == "good" and len(signature["chain"]) == 3
    assert signature["proven_at"] and signature["covers"] == "revision" and stamp["kind"] == "timestamp"
    assert {change["kind"] for change in told["changes"]} <= {"timestamp", "evidence", "bookkeeping"}


@pytest.mark.parametrize(
    ("pdf", "verdict"),
    [
        (letter, "no_signature"),
        (lambda: b"x", "no_signature"),
        (lambda: signed() + b"x", "changed_after_signing"),
        (ATTACKS["usf_contents_null"][0], "broken"),
    ],
    ids=["unsigned", "noise", "tail", "usf"],
)
def test_anything_else_is_four_and_says_why(verify_file, pdf, verdict: str) -> None:
    code, told = verify_file(pdf())
    assert (code, told["verdict"]) == (4, verdict) and told["problems"]


def test_the_moment_may_be_given(verify_file) -> None:
    code, told = verify_file(signed(), "--at", (NOW.replace(year=NOW.year + 4)).isoformat())
    assert (code, told["verdict"]) == (4, "expired_without_proof_of_time")
