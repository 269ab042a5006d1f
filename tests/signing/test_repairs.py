"""What is repaired before it is signed: judged by other programs, and by what the signed file then holds."""

from __future__ import annotations

import subprocess
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from signing.documents import REPAIRS, Examination, examine
from signing.errors import BadDocument
from tests.signing import awkward, papers
from tests.signing.awkward import HIDDEN, SHOWN, VALUE
from tests.signing.office import program, signed


def told(command: str, pdf: bytes, folder: Path, *options: str) -> str:
    """What a program says of the file."""
    path = folder / "told.pdf"
    path.write_bytes(pdf)
    words = [program(command), *options, str(path), *(["-"] if command == "pdftotext" else [])]
    return subprocess.run(words, capture_output=True, text=True).stdout


def repaired(pdf: bytes, *codes: str) -> Examination:
    """The examination; exactly these repairs were made, and the copy needs no more."""
    found = examine(pdf)
    assert set(found.repairs) == set(codes) <= set(REPAIRS)
    assert found.pdf != pdf and examine(found.pdf).repairs == ()
    return found


def refusal(pdf: bytes) -> str:
    with pytest.raises(BadDocument) as caught:
        examine(pdf)
    return caught.value.code


def test_what_needs_no_repair_stays_as_it_is_to_the_byte():
    pdf = papers.letter()
    found = examine(pdf)
    assert found.repairs == () and found.pdf is pdf


@pytest.mark.parametrize("where", ["OpenAction", "page", "names", "annotation", "field"])
def test_scripts_are_gone_from_the_copy_wherever_they_hid(where, tmp_path):
    pdf = awkward.script("this.getField('nilai').value = 1 + 1;", where)
    found = examine(papers.xref_stream(pdf))
    assert {"script", "actions"} & set(found.repairs)
    assert told("pdfinfo", found.pdf, tmp_path, "-js") == ""
    assert b"getField" not in papers.change(found.pdf, lambda _: None, qdf=True)


@pytest.mark.parametrize(
    "text",
    [
        "app.launchURL('http://contoh.invalid/')",
        "this.submitForm('http://contoh.invalid/')",
        "app.openDoc({cPath: encodeURI('http://contoh.invalid/')})",
        "this.exportDataObject({cName: 'x', nLaunch: 2})",
        "eval(unescape('%61'))",
    ],
)
def test_a_script_that_reaches_out_is_refused_and_not_cleaned(text):
    assert refusal(awkward.script(text)) == "reaching_script"
    assert refusal(awkward.damaged(awkward.script(text, "annotation"))) == "reaching_script"


@pytest.mark.parametrize("make", [awkward.attachment, awkward.attachment_on_the_page, awkward.portfolio])
def test_embedded_files_are_gone_from_the_copy(make, tmp_path):
    found = repaired(make(), "embedded_file")
    assert "0 embedded files" in told("pdfdetach", found.pdf, tmp_path, "-list")


@pytest.mark.parametrize("how", [{}, {"appearance": False}, {"tagged": True}, {"xfa": True}], ids=papers.named)
def test_a_field_becomes_plain_text_that_nobody_can_fill_in(how, tmp_path):
    found = repaired(awkward.form(**how), "forms", *(["xfa"] if "xfa" in how else []))
    assert VALUE in told("pdftotext", found.pdf, tmp_path)
    assert "none" in told("pdfinfo", found.pdf, tmp_path).partition("Form:")[2].splitlines()[0]


def test_the_text_of_a_tagged_field_stays_in_the_structure(tmp_path):
    found = repaired(awkward.form(tagged=True), "forms")
    assert VALUE in told("pdfinfo", found.pdf, tmp_path, "-struct-text")


def test_layers_become_what_was_shown(tmp_path):
    text = told("pdftotext", repaired(awkward.layers(), "layers").pdf, tmp_path)
    assert SHOWN in text and HIDDEN in text
    found = repaired(awkward.layers(hidden=True), "layers")
    text = told("pdftotext", found.pdf, tmp_path)
    assert SHOWN in text and HIDDEN not in text
    with pikepdf.open(BytesIO(found.pdf)) as document:
        assert "/OCProperties" not in document.Root
        assert b"RAHASIA" not in b"".join(
            entry.read_bytes() for entry in document.objects if isinstance(entry, pikepdf.Stream)
        )


def test_layers_that_print_otherwise_are_refused():
    assert refusal(awkward.layers(printed="OFF")) == "print_differs"
    assert refusal(awkward.layers(hidden=True, printed="ON")) == "print_differs"


def test_what_hides_text_becomes_part_of_the_page(tmp_path):
    found = repaired(awkward.stamp_over_text(), "annotations")
    with pikepdf.open(BytesIO(found.pdf)) as document:
        assert len(document.pages[0].obj.get("/Annots", ())) == 0
    assert VALUE in told("pdftotext", found.pdf, tmp_path, "-layout")
    assert refusal(awkward.stamp_over_text(flags=4 | 32)) == "print_differs"


def test_usage_rights_are_no_signature_of_a_person():
    assert examine(repaired(awkward.usage_rights(), "usage_rights").pdf).facts.signatures == 0


@pytest.mark.parametrize("make", [awkward.damaged, awkward.cut_off])
def test_a_damaged_letter_is_rebuilt(make, tmp_path):
    found = repaired(make(), "rebuilt")
    assert papers.NAME in told("pdftotext", found.pdf, tmp_path)
    assert subprocess.run([program("qpdf"), "--check", str(tmp_path / "told.pdf")], capture_output=True).returncode == 0


def test_a_letter_that_anybody_can_open_is_decrypted_unless_changes_are_forbidden(tmp_path):
    found = repaired(papers.encrypted(papers.letter(), user=""), "decrypted")
    assert "no" in told("pdfinfo", found.pdf, tmp_path).partition("Encrypted:")[2].splitlines()[0]
    assert refusal(awkward.forbidden()) == "change_forbidden"
    assert refusal(papers.encrypted(papers.letter(), user="rahasia")) == "encrypted"


@pytest.mark.parametrize("pdf", [b"Catatan server\n" + papers.letter(), papers.letter() + b"\nsisa unggahan 12345"])
def test_litter_around_a_pdf_is_taken_away(pdf):
    found = examine(pdf)
    assert "junk_removed" in found.repairs
    assert found.pdf.startswith(b"%PDF-") and found.pdf.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "stray", [b"<html><script>", b"PK\x03\x04 arsip", b"MZ\x90 program", b"GIF89a", b"#!/bin/sh\n", b"<?php "]
)
def test_another_file_around_a_pdf_is_refused(stray):
    assert refusal(stray + papers.letter()) == "polyglot"
    assert refusal(papers.letter() + stray) == "polyglot"


def test_pages_that_lie_hidden_for_a_later_revision_are_gone(tmp_path):
    pdf = awkward.shadow()
    assert b"RAHASIA" in pdf and HIDDEN not in told("pdftotext", pdf, tmp_path)
    found = repaired(pdf, "shadow")
    assert b"RAHASIA" not in papers.change(found.pdf, lambda _: None, qdf=True)


def test_a_page_without_room_gets_one_after_it():
    found = examine(awkward.tiny(), size=(190, 95))
    assert found.repairs == ("page_added",) and found.facts.pages == 2
    assert found.suggestion and found.suggestion.page == 2


@pytest.mark.parametrize("make", [awkward.laughs, awkward.only_xfa], ids=papers.named)
def test_what_never_ends_or_is_no_letter_is_refused_at_once(make):
    started = time.monotonic()
    assert refusal(make()) in {"too_complex", "xfa_only"}
    assert time.monotonic() - started < 10


def test_a_page_tree_that_holds_itself_is_straightened():
    assert repaired(awkward.circle(), "rebuilt").facts.pages == 1


def test_a_signed_file_is_never_rewritten():
    pdf = signed()
    found = examine(pdf)
    assert found.pdf is pdf and found.repairs == () and found.facts.signatures == 1
    for change in (lambda data: data + b"\nsisa", lambda data: b"litter\n" + data, awkward.damaged):
        assert refusal(change(pdf)) in {"signature_broken", "polyglot"}
    for wrong in (awkward.script("1+1"), awkward.attachment(), awkward.layers(hidden=True)):
        assert refusal(signed(wrong)) in {"script", "actions", "embedded_file", "optional_content"}


@pytest.mark.parametrize("form", ["true", "[]", "<< /Fields 7 >>", "<< /Fields << /A 1 >> >>"])
def test_a_form_that_is_none_is_taken_away_and_the_page_is_signed(form, tmp_path):
    """Every reader shows the page and passes the form over; our field could not be added to it."""

    def put(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Object.parse(form.encode())

    found = repaired(papers.change(papers.letter(), put), "forms")
    assert "Signature is Valid" in told("pdfsig", signed(found.pdf), tmp_path)


LATIN = {
    "action": b"<< /OpenAction << /S /Z#e4hlen >> >>",
    "field": b"<< /AcroForm << /Fields [<< /FT /F#e4 /T (x) >>] >> >>",
    "annotation": b"<< /Annots [<< /Type /Annot /Subtype /Merkm#e4l /Rect [10 10 50 50] >>] >>",
}


@pytest.mark.parametrize("where", LATIN)
def test_names_from_before_utf_8_are_names(where, tmp_path):
    def put(pdf: pikepdf.Pdf) -> None:
        (pdf.pages[0].obj if where == "annotation" else pdf.Root).update(pikepdf.Object.parse(LATIN[where]))

    found = examine(papers.change(papers.letter(), put))
    assert "Signature is Valid" in told("pdfsig", signed(found.pdf), tmp_path)


@pytest.mark.parametrize("packet", [b"", b"\xe4\xff no XML", b"<x", "<?xpacket?>".encode("utf-16-be"), None])
def test_metadata_that_nothing_can_be_noted_in_are_taken_away(packet, tmp_path):
    """A signature notes its time there, and so does each time-stamp years later."""

    def put(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = (
            pikepdf.Dictionary(Type=pikepdf.Name.Metadata) if packet is None else pdf.make_stream(packet)
        )

    found = repaired(papers.change(papers.letter(), put, fix_metadata_version=False), "rebuilt")
    assert "Signature is Valid" in told("pdfsig", signed(found.pdf), tmp_path)
