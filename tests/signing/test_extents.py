"""Two objects of one number, and objects within objects, where the cross-references are clean: others find nothing."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from signing import extents
from signing.documents import examine
from signing.errors import BadDocument
from tests.signing import papers, shadowed
from tests.signing.office import PLACE, program, signed

AMBIGUOUS = [
    shadowed.second_object,
    shadowed.unlisted,
    shadowed.named_twice,
    shadowed.inside,
    lambda: shadowed.inside(by_reference=True),
    shadowed.packed_too,
    lambda: shadowed.hybrid(contradicting=True),
]
NAMES = ["second", "unlisted", "named-twice", "inside", "inside-by-reference", "packed-too", "contradicting-hybrid"]


def checked(pdf: bytes, folder) -> str:
    """What qpdf says of the file, "" if it finds nothing wrong."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    told = subprocess.run([program("qpdf"), "--check", str(path)], capture_output=True, text=True)
    return told.stderr if told.returncode else ""


@pytest.mark.parametrize("make", AMBIGUOUS, ids=NAMES)
def test_only_the_object_that_is_shown_is_left(make, tmp_path):
    pdf = make()
    assert checked(pdf, tmp_path) == ""
    found = examine(pdf)
    assert found.repairs == ("ambiguous",)
    assert checked(found.pdf, tmp_path) == "" and examine(found.pdf).repairs == ()
    with pikepdf.open(BytesIO(found.pdf)) as document:
        left = b"".join(entry.read_bytes() for entry in document.objects if isinstance(entry, pikepdf.Stream))
    seen = subprocess.run([program("pdftotext"), str(tmp_path / "checked.pdf"), "-"], capture_output=True).stdout
    sums = [text for text in (shadowed.SHOWN, shadowed.HIDDEN) if text in left]
    assert len(sums) == 1 and sums[0] in seen


@pytest.mark.parametrize("make", AMBIGUOUS, ids=NAMES)
def test_a_signed_file_with_such_objects_is_refused(make):
    pdf = signed(make())
    if make is shadowed.unlisted:  # under a number that was never in use: signed with the rest, and nothing's shadow
        assert examine(pdf).facts.signatures == 1
        return
    with pytest.raises(BadDocument, match="ambiguous"):
        examine(pdf)


@pytest.mark.parametrize(
    "make", [shadowed.updated, shadowed.hybrid, shadowed.packed, shadowed.awkward_texts], ids=papers.named
)
def test_an_honest_file_stays_as_it_is(make, tmp_path):
    pdf = make()
    assert checked(pdf, tmp_path) == ""
    assert examine(pdf).pdf is pdf
    once = signed(pdf)
    assert examine(once).pdf is once
    twice = signed(once, field="Kedua", place=replace(PLACE, y=100))
    assert examine(twice).facts.signatures == 2


def test_an_old_definition_that_the_revisions_do_not_reach_is_a_second_object():
    pdf = shadowed.updated()
    cut = pdf.replace(b"/Prev", b"/Perv")
    found = examine(cut)
    assert set(found.repairs) & {"rebuilt", "ambiguous"}


@pytest.mark.parametrize("filler", [b"(", b"1 ", b"1 0 ", b"\\(", b"% \n", b"1 0 obj\n", b"<< /Length 9 >> stream\n"])
def test_a_file_made_to_keep_the_reading_busy_is_answered_in_time(filler):
    pdf = shadowed.second_object().replace(b"/Helvetica", b"/Helvetica /X (" + filler * (2_000_000 // len(filler)), 1)
    started = time.monotonic()
    try:
        examine(pdf)
    except BadDocument as error:
        assert error.code in {"broken", "too_complex"}
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("lengths", [b"/Length %d ", b"/Length %d 0 R "], ids=["direct", "by-reference"])
def test_a_long_letter_costs_little(lengths):
    draft, count = shadowed.Draft().put(shadowed.plain()), 4_000
    for number in range(10, 10 + 2 * count, 2):
        length = lengths % (9 if b"R" not in lengths else number + 1)
        draft.put({number: b"%d 0 obj\n<< %s>>\nstream\n123456789\nendstream\nendobj\n" % (number, length)})
        draft.put({number + 1: b"%d 0 obj 9 endobj\n" % (number + 1)})
    pdf = draft.table(sorted(draft.at))
    with pikepdf.open(BytesIO(pdf)) as document:
        started = time.process_time()
        assert extents.ambiguity(pdf, document, signed=False) == ""
        assert time.process_time() - started < 2
