"""What may enter and what is refused: letters of every shape, active content, and files made to harm."""

from __future__ import annotations

import time
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.lib.pagesizes import A4, landscape

from signing.documents import REFUSALS, WARNINGS, Limits, examine, inspect
from signing.errors import BadDocument
from tests.signing import awkward, papers


def refusal(pdf: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(BadDocument) as caught:
        inspect(pdf, limits)
    assert caught.value.code in REFUSALS
    return caught.value.code


@pytest.mark.parametrize(
    "pdf,size",
    [
        (papers.letter(), A4),
        (papers.letter(size=papers.F4), papers.F4),
        (papers.letter(size=landscape(A4)), landscape(A4)),
        (papers.letter(rotate=90), A4),
        (papers.letter(rotate=270, size=papers.F4), papers.F4),
        (papers.cropped(papers.letter()), A4),
        (papers.cropped(papers.letter(rotate=90)), A4),
        (papers.xref_stream(papers.letter()), A4),
        (papers.scan(), A4),
    ],
    ids=["A4", "F4", "landscape", "rotated", "F4-rotated", "cropped", "cropped-rotated", "xref-stream", "scan"],
)
def test_sizes_are_those_of_the_page_as_displayed(pdf, size):
    facts = inspect(pdf)
    assert facts.pages == 1 and facts.signatures == 0
    assert facts.sizes[0] == pytest.approx(size, abs=0.01)
    assert set(facts.warnings) <= set(WARNINGS)


def test_sixty_pages_take_little_time():
    started = time.monotonic()
    assert inspect(papers.letter(pages=60)).pages == 60
    assert time.monotonic() - started < 5


def test_an_examination_finds_tag_and_space_in_one_go():
    found = examine(papers.letter(pages=2, tag="${ttd}", gap=110), tags=["${ttd}"], size=(180, 80))
    assert [tag.page for tag in found.tags] == [2]
    assert found.suggestion and found.suggestion.page == 2
    assert examine(papers.letter()).suggestion is None


def test_a_scan_says_that_it_has_no_text():
    assert "no_text" in inspect(papers.scan()).warnings
    assert "no_text" not in inspect(papers.letter()).warnings


def test_a_blank_page_is_mentioned():
    assert "blank_page" in inspect(papers.letter(body_lines=0, block=False, extra=lambda c: c.showPage())).warnings


@pytest.mark.parametrize(
    "pdf,code",
    [
        (b"", "not_pdf"),
        (b"PK\x03\x04 some archive", "not_pdf"),
        (b"x" * 2000 + papers.letter(), "not_pdf"),
        (b"<html><script>" + papers.letter(), "polyglot"),
        (papers.letter() + b"PK\x03\x04", "polyglot"),
        (b"%PDF-1.7\n%%EOF\n", "broken"),
        (papers.encrypted(papers.letter(), user="rahasia"), "encrypted"),
        (papers.letter(size=(20_000, 842)), "page_too_large"),
    ],
    ids=["nothing", "archive", "late-header", "page-before", "archive-after", "hollow", "password", "giant-page"],
)
def test_what_is_no_usable_pdf_is_refused(pdf, code):
    assert refusal(pdf) == code


def test_limits_are_kept():
    assert refusal(papers.letter(), Limits(max_bytes=500)) == "too_large"
    assert refusal(papers.letter(pages=3), Limits(max_pages=2)) == "too_many_pages"


def test_a_script_behind_an_escaped_name_is_found():
    pdf = awkward.script("app.launchURL('http://contoh.invalid')")
    pdf = pdf.replace(b"/JavaScript", b"/Java#53cript").replace(b"/JS", b"/#4aS")
    assert b"#53cript" in pdf
    assert refusal(papers.xref_stream(pdf)) == "reaching_script"


@pytest.mark.parametrize("kind", ["Launch", "GoToR", "GoToE", "ImportData", "SubmitForm"])
@pytest.mark.parametrize("where", ["OpenAction", "annotation"])
def test_actions_beyond_the_file_are_refused(kind, where):
    assert refusal(papers.with_action(Dictionary(S=Name("/" + kind), F="x.exe"), where)) == "launch_action"


def test_a_link_may_open_a_page_of_the_web_but_opening_the_file_may_not():
    link = Dictionary(S=Name.URI, URI="https://solokkab.go.id/")
    assert "links" in inspect(papers.with_action(link, "annotation")).warnings
    assert refusal(papers.with_action(link, "OpenAction")) == "launch_action"
    assert refusal(papers.with_action(link, "page")) == "launch_action"


def test_going_to_a_page_when_opened_is_harmless():
    assert inspect(papers.with_action(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))).pages == 1


def _external(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents.stream_dict["/F"] = pikepdf.String("/etc/passwd")


def _reference(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Ref = Dictionary(F="other.pdf", Page=0)
    pdf.pages[0].Resources.XObject = Dictionary(X=form)


def _stamp(flags: int):
    def put(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots = Array(
            [pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([9, 9, 99, 99]), F=flags))]
        )

    return put


def _bomb(pdf: pikepdf.Pdf) -> None:
    packed = zlib.compress(zlib.compress(b"\0" * 300_000_000, 9), 9)
    stream = pdf.make_stream(b"")
    stream.write(packed, filter=Array([Name.FlateDecode, Name.FlateDecode]))
    pdf.pages[0].Contents = stream


@pytest.mark.parametrize(
    "how,code",
    [
        (_external, "external_content"),
        (_reference, "external_content"),
        (_stamp(36), "print_differs"),
        (_stamp(4 | 256), "print_differs"),
        (_bomb, "too_complex"),
    ],
    ids=["external-stream", "reference", "printed-unseen", "toggled", "bomb"],
)
def test_what_shows_people_different_things_or_never_ends_is_refused(how, code):
    started = time.monotonic()
    assert refusal(papers.change(papers.letter(), how, compress_streams=False)) == code
    assert time.monotonic() - started < 15


def test_what_should_be_known_is_a_warning():
    assert "annotations" in inspect(papers.change(papers.letter(), _stamp(4))).warnings
