"""Several signers: each adds his own signature and mark; after each one every judge calls all of them valid."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing import archive, covering, seal
from signing.errors import BadDocument, BadPlacement
from signing.keys import LocalKey
from signing.places import Placement
from signing.prepare import prepare, prepare_turn
from signing.sign import sign
from signing.turns import Turn
from signing.verdicts import Verdict
from signing.verify import verify
from tests import scanner
from tests.signing import judges
from tests.signing.office import NOW, STAMP, letter, office, official, program, signed
from tests.signing.test_archive import World
from tests.signing.test_seal import CLAIM
from tests.signing.test_tagging import tagged
from webapp.demo.office import LETTERS

NAMES = ("Sari Wulandari, S.H., M.Si.", "Rudi Hartono, S.T.", "Dewi Lestari, M.M.")
WORDS = {"reason": "Disetujui", "location": "Contoh"}


def turns(pages: int = 2) -> list[Turn]:
    places = (Placement(1, 300, 545, 220, 92), Placement(1, 60, 545, 220, 92), Placement(pages, 300, 660, 220, 92))
    marks = [replace(STAMP, lines=(name, "Pejabat"), sealed=True) for name in NAMES]
    return [Turn(f"Teken-{n}", mark, place) for n, (mark, place) in enumerate(zip(marks, places, strict=True), 1)]


def keys() -> list[LocalKey]:
    return [official(office().issuing_key, office().issuing, name) for name in NAMES]


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)


def rounds(pdf: bytes, signers: list[LocalKey] | None = None, **kind: int) -> list[bytes]:
    """The file after each of the three has signed."""
    (first, *later), made = turns(**kind), []
    for turn, key, name in zip([first, *later], signers or keys(), NAMES, strict=True):
        if made:
            ready = prepare_turn(made[-1], turn, name=name, **WORDS)
        else:
            ready = prepare(pdf, turn.stamp, turn.placement, field=turn.field, name=name, later=later, **WORDS)
        made.append(sign(ready, key, NOW, claim=replace(CLAIM, signer=name)).pdf)
    return made


def qpdf_is_content(pdf: bytes, folder: Path) -> bool:
    (folder / "q.pdf").write_bytes(pdf)
    return subprocess.run([program("qpdf"), "--check", folder / "q.pdf"], capture_output=True).returncode == 0


def pyhanko_is_content(pdf: bytes) -> bool:
    """Its own default policy of differences, which is stricter than ours."""
    context = ValidationContext(trust_roots=[x509.Certificate.load(office().root)])
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return all(validate_pdf_signature(one, context).bottom_line for one in found)


@pytest.mark.parametrize("kind", ["plain", "streams", "tagged", "demo"])
def test_after_each_signature_all_judges_call_all_of_them_valid(kind: str, tmp_path: Path) -> None:
    pdf = {
        "plain": lambda: letter(pages=2), "streams": lambda: letter(pages=2, object_streams=True),
        "tagged": lambda: tagged("document"), "demo": (LETTERS / "undangan.pdf").read_bytes,
    }[kind]()  # fmt: skip
    for number, made in enumerate(rounds(pdf, pages=pages_of(pdf)), 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        verdict = verify(made, office().trust())
        assert verdict.verdict is Verdict.VALID, verdict.problems
        assert [facts.common_name for facts in verdict.signatures] == list(NAMES[:number])
        assert made.startswith(pdf) and pyhanko_is_content(made) and qpdf_is_content(made, folder)
        judges.require_valid(made, [office().root], folder, times=number)


def test_each_mark_carries_its_own_signers_seal(tmp_path: Path) -> None:
    signers = keys()
    for number, made in enumerate(rounds(letter(), signers, pages=1), 1):
        (tmp_path / "s.pdf").write_bytes(made)
        subprocess.run([program("pdftoppm"), "-r", "200", "-png", tmp_path / "s.pdf", tmp_path / "s"], check=True)
        read = [seal.read(one.text) for one in scanner.codes(Image.open(next(tmp_path.glob("s-*1.png"))))]
        told = {one.claim.signer: one for one in read}
        assert sorted(told) == sorted(NAMES[:number])
        assert all(seal.verify(told[n], k.certificate_der) for n, k in zip(NAMES[:number], signers, strict=False))


def test_only_the_first_certifies_and_lets_nothing_but_signatures_follow() -> None:
    made = rounds(letter(), pages=1)[-1]
    assert made.count(b"/TransformMethod /DocMDP") == 1
    with pikepdf.open(BytesIO(made)) as document:
        assert int(document.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 2
        assert all("/AP" in field and "/V" in field for field in document.Root.AcroForm.Fields)


def test_the_archive_stamp_comes_after_the_last_and_makes_all_of_them_last(tmp_path: Path) -> None:
    world = World()
    made = rounds(letter(), [world.official(NOW) for _ in NAMES], pages=1)[-1]
    stamped = archive.extend(made, world.stamper(world.stamp_key(NOW), NOW), world.evidence(NOW)).pdf
    verdict = verify(stamped, world.trust(NOW))
    assert verdict.is_valid, verdict.problems
    assert [facts.level for facts in verdict.signatures[:3]] == ["B-LTA"] * 3
    assert qpdf_is_content(stamped, tmp_path)


def test_marks_may_not_lie_over_each_other() -> None:
    first, second, _ = turns()
    over = replace(second, placement=replace(first.placement, x=first.placement.x - 100))
    with pytest.raises(BadPlacement, match="overlapping"):
        prepare(letter(), first.stamp, first.placement, field="a", name="x", later=[over], **WORDS)


def test_a_field_is_signed_once_and_none_is_invented() -> None:
    made = rounds(letter(), pages=1)
    for pdf, field in ((made[1], "Teken-2"), (made[0], "Teken-4"), (letter(), "Teken-2"), (made[0], "Teken-1")):
        with pytest.raises(BadDocument):
            prepare_turn(pdf, replace(turns(1)[1], field=field), name="x", **WORDS)


def test_a_file_that_others_signed_keeps_their_signature_and_gets_fields_one_by_one() -> None:
    """There the place of a later signer would be a change of what was signed."""
    foreign = signed(field="Lain", place=Placement(1, 300, 700, *STAMP.size), certify=False)
    first, second, _ = turns(1)
    ready = prepare(foreign, first.stamp, first.placement, field=first.field, name="x", later=[second], **WORDS)
    made = sign(ready, office().key, NOW).pdf
    again = prepare(made, second.stamp, second.placement, field=second.field, name="x", **WORDS)
    verdict = verify(sign(again, office().key, NOW).pdf, office().trust())
    assert verdict.is_valid and len(verdict.signatures) == 3


def test_a_later_mark_over_signed_text_would_make_the_file_a_changed_one() -> None:
    """So whoever places it must be refused before: `hides` says what verify will say."""
    first, second, third = turns(1)
    over = replace(second, placement=replace(second.placement, y=60))
    assert covering.hides(letter(), [over.placement]) and not covering.hides(letter(), [t.placement for t in turns(1)])
    ready = prepare(letter(), first.stamp, first.placement, field="a", name="x", later=[over, third], **WORDS)
    made = sign(ready, office().key, NOW).pdf
    made = sign(prepare_turn(made, over, name="x", **WORDS), office().key, NOW).pdf
    assert verify(made, office().trust()).verdict is Verdict.CHANGED
