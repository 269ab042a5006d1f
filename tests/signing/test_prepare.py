import io
import json
from hashlib import sha256

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import BadDocument, BadPlacement
from signing.places import Placement
from signing.prepare import BYTES_RESERVED, Prepared
from tests.signing.office import PLACE, STAMP, catalog, corpus, letter, prepared, signed, widget


@pytest.mark.parametrize("object_streams", [False, True])
def test_the_original_bytes_stay_a_prefix(object_streams: bool) -> None:
    pdf = letter(pages=3, object_streams=object_streams)
    made = prepared(pdf)
    assert made.pdf.startswith(pdf) and len(made.pdf) > len(pdf)
    assert made.sha256 == sha256(made.pdf).hexdigest()
    assert len(made.pdf) - len(pdf) - BYTES_RESERVED < 16_800  # the mark and its field, whatever the CMS may take


def test_it_can_be_rebuilt_from_storage() -> None:
    made = prepared()
    stored = json.loads(json.dumps(made.holes))
    assert Prepared(pdf=made.pdf, sha256=made.sha256, holes=stored) == made


def test_the_field_is_a_pades_placeholder() -> None:
    made = widget(prepared().pdf)
    signature = made.V
    assert signature.SubFilter == "/ETSI.CAdES.detached" and signature.Filter == "/Adobe.PPKLite"
    assert str(signature.Reason) == "Menyetujui surat ini" and str(signature.Location) == "Contoh"
    assert bytes(signature.Contents).strip(b"\0") == b""
    assert made.F == 132  # Print and Locked
    assert STAMP.lines[0] in str(made.TU) and STAMP.lines[0] in str(made.Contents)
    assert catalog(prepared().pdf).AcroForm.SigFlags == 3


def test_the_byte_range_leaves_out_only_the_contents() -> None:
    made = prepared()
    start, end = made.holes["contents"]
    assert list(widget(made.pdf).V.ByteRange) == [0, start, end, len(made.pdf) - end]
    assert set(made.pdf[start + 1 : end - 1]) == {ord("0")}
    time_start, time_end = made.holes["time"]
    assert end <= time_start and time_end - time_start == 25


def test_the_first_signature_certifies_and_later_ones_approve() -> None:
    first = prepared()
    assert first.holes["certifies"]
    reference = widget(first.pdf).V.Reference[0]
    assert reference.TransformMethod == "/DocMDP" and reference.TransformParams.P == 2
    second = prepared(signed(), field="TTE2", place=Placement(1, 60, 545, *STAMP.size))
    assert not second.holes["certifies"] and "/Reference" not in widget(second.pdf).V
    assert not prepared(certify=False).holes["certifies"]


def test_a_taken_field_name_gets_a_number() -> None:
    first = signed()
    assert prepared(first, field="TTE").holes["field"] == "TTE-2"
    assert prepared(letter(), field="a.b").holes["field"] == "a-b"


def test_a_text_field_of_our_name_is_left_alone() -> None:
    made = prepared(corpus("generated__upload__field-name-clash.pdf"), place=Placement(1, 10, 10, 171, 92))
    names = [str(field.T) for field in catalog(made.pdf).AcroForm.Fields]
    assert len(names) == len(set(names)) == 2


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (Placement(2, 10, 10, *STAMP.size), "no_such_page"),
        (Placement(0, 10, 10, *STAMP.size), "no_such_page"),
        (Placement(1, 500, 10, *STAMP.size), "outside_page"),
        (Placement(1, 10, 800, *STAMP.size), "outside_page"),
        (Placement(1, -20, 10, *STAMP.size), "outside_page"),
        (Placement(1, 10, 10, 80, 80), "too_small"),
    ],
)
def test_where_no_mark_can_stand(place: Placement, code: str) -> None:
    with pytest.raises(BadPlacement) as error:
        prepared(place=place)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("rotate", "rect"),
    [(0, (110, 608, 281, 700)), (90, (200, 210, 292, 381)), (180, (409, 300, 580, 392)), (270, (398, 619, 490, 790))],
)
def test_a_placement_counts_from_the_displayed_corner(rotate: int, rect: tuple[float, ...]) -> None:
    pdf = letter(rotate=rotate, media=(-50, -50, 700, 950), crop=(100, 200, 590, 800))
    made = prepared(pdf, place=Placement(1, 10, 100, 171, 92))
    assert [float(edge) for edge in widget(made.pdf).Rect] == pytest.approx(rect)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4\n", b"not a pdf", letter()[:400], b"%PDF-1.4\n" + b"[" * 100_000])
def test_a_broken_file_is_refused_in_one_way(pdf: bytes) -> None:
    with pytest.raises(BadDocument) as error:
        prepared(pdf)
    assert error.value.code == "broken"


def test_what_forbids_changes_or_is_encrypted_is_refused() -> None:
    output = io.BytesIO()
    pikepdf.open(io.BytesIO(letter())).save(output, encryption=pikepdf.Encryption(owner="x", user=""))
    with pytest.raises(BadDocument, match="encrypted"):
        prepared(output.getvalue())
    with pytest.raises(BadDocument, match="certified"):
        prepared(corpus("generated__valid__cert-P1.pdf"), place=PLACE)


def test_the_mark_brings_its_own_fonts_and_no_transparency() -> None:
    form = widget(prepared().pdf).AP.N
    for font in form.Resources.Font.values():
        assert font.Encoding == "/Identity-H" and "/ToUnicode" in font
        assert len(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 1000
    assert "/Group" not in form and "/ExtGState" not in form.Resources
    assert "/XObject" not in form.Resources  # the code is a path, not an image


def test_pyhanko_reads_a_prepared_file_strictly() -> None:
    assert PdfFileReader(io.BytesIO(prepared(letter(object_streams=True)).pdf), strict=True).root["/AcroForm"]
