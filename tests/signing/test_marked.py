"""The mark for a signer of whole files: its code is filled in before it is sent, and nothing else ever changes."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from signing import seal
from signing.errors import NotSignable
from signing.marked import fill, mark_only
from signing.places import Placement
from tests import scanner
from tests.signing.office import NOW, STAMP, letter, office, program

SEALED = replace(STAMP, sealed=True)
CLAIM = seal.Claim(
    "000.1.5/12/UM-2026", "Undangan", "Sari Wulandari", "Sekretaris", "Setda", date(2026, 11, 25), 1, b"x" * 32
)


def marked(pdf):
    return mark_only(pdf, SEALED, Placement(1, 200, 300, *SEALED.size))


def read(tmp_path, pdf):
    (tmp_path / "s.pdf").write_bytes(pdf)
    command = [program("pdftoppm"), "-r", "200", "-gray", "-png", "-singlefile", tmp_path / "s.pdf", tmp_path / "s"]
    subprocess.run(command, check=True)
    return [found.text for found in scanner.codes(Image.open(tmp_path / "s.png"))]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_seal_is_read_from_the_page_and_only_the_hole_changed(tmp_path, rotate):
    prepared, key = marked(letter(rotate=rotate)), office().key
    assert read(tmp_path, prepared.pdf) == [], "no code before the consent"
    filled = fill(prepared, NOW, CLAIM, key)
    start, end = prepared.holes["seal"]
    assert (filled[:start], filled[end:]) == (prepared.pdf[:start], prepared.pdf[end:]) and filled != prepared.pdf
    (text,) = read(tmp_path, filled)
    sealed = seal.read(text)
    assert seal.verify(sealed, key.certificate_der) and sealed.claim.number == CLAIM.number and sealed.at == NOW
    (tmp_path / "f.pdf").write_bytes(filled)
    assert subprocess.run([program("qpdf"), "--check", tmp_path / "f.pdf"], capture_output=True).returncode == 0


def test_without_a_claim_or_a_key_the_code_is_the_address(tmp_path):
    prepared = marked(letter())
    for claim, key in ((None, office().key), (CLAIM, None)):
        assert read(tmp_path, fill(prepared, NOW, claim, key)) == [SEALED.address]


def test_a_decoy_in_the_upload_is_not_filled():
    """A drafter's file that holds what looks like the hole, for a code of his choice."""
    decoy = f"%seal 11 {SEALED.address}\n{' ' * 20_000}\n"
    upload = letter().replace(b"startxref", decoy.encode() + b"startxref")
    prepared = marked(upload)
    assert prepared.holes["seal"][0] > len(upload) and fill(prepared, NOW, CLAIM, office().key).startswith(upload)


@pytest.mark.parametrize("shift", [-1, 1, -50_000])
def test_a_changed_record_seals_nothing(shift):
    prepared = marked(letter())
    start, end = prepared.holes["seal"]
    moved = replace(prepared, holes=prepared.holes | {"seal": [max(0, start + shift), max(0, end + shift)]})
    with pytest.raises(NotSignable, match="bad_holes"):
        fill(moved, NOW, CLAIM, office().key)
    with pytest.raises(NotSignable, match="wrong_digest"):
        fill(replace(prepared, pdf=prepared.pdf + b" "), NOW, CLAIM, office().key)


def test_a_letter_marked_before_there_were_seals_is_sent_as_it_is():
    prepared = mark_only(letter(), STAMP, Placement(1, 200, 300, *STAMP.size))
    assert "seal" not in prepared.holes and fill(prepared, NOW, CLAIM, office().key) == prepared.pdf
