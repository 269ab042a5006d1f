"""Attacks by what follows the signature: incremental saving, shadow attacks, evil annotations, sneaky signatures."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.stamp import TextStampStyle

from signing.places import Placement
from tests.signing import certificates
from tests.signing.attacks import CHANGED, attack
from tests.signing.office import PLACE, STAMP, letter, signed

LEFT = Placement(1, 60, 545, *STAMP.size)
OVER_TEXT = Placement(1, 60, 70, *STAMP.size)


def appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision, made by `change`."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.find_page_for_modification(0)[0].get_object()


def repaint(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 0 0 99 99 re f"))
    writer.update_container(page)


def annotation(subtype: str, **more: generic.PdfObject) -> generic.DictionaryObject:
    rect = generic.ArrayObject(map(generic.NumberObject, (50, 700, 300, 760)))
    names = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name(subtype), "/Rect": rect}
    return generic.DictionaryObject({pdf_name(key): value for key, value in (names | more).items()})


# ISA: something is appended


@attack(CHANGED)
def isa_page_repainted() -> bytes:
    return appended(signed(), repaint)


@attack(CHANGED)
def isa_body_without_cross_reference() -> bytes:
    return signed() + b"\n4 0 obj\n<< /Length 6 >>\nstream\n0 0 m\n\nendstream\nendobj\n"


@attack(CHANGED)
def isa_garbage() -> bytes:
    return signed() + b"\nHALO\n%%EOF\n"


@attack(CHANGED)
def isa_between_two_signatures() -> bytes:
    return signed(appended(signed(certify=False), repaint), field="TTE2", place=LEFT)


@attack(CHANGED)
def isa_page_added() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.insert_page(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Page"),
                    pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500))),
                    pdf_name("/Resources"): generic.DictionaryObject(),
                    pdf_name("/Contents"): writer.add_object(generic.StreamObject(stream_data=b"0 0 m")),
                }
            )
        )

    return appended(signed(), change)


@attack(CHANGED)
def isa_action_on_opening() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
        writer.root["/OpenAction"] = generic.DictionaryObject(action)
        writer.update_root()

    return appended(signed(), change)


@attack(CHANGED)
def signature_taken_out() -> bytes:
    """Without it the file would merely look unsigned."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject()
        writer.update_container(form)
        writer.update_root()

    return appended(signed(), change)


# Shadow attacks: prepared before the signature, set off after it


def _form(value: str) -> bytes:
    """A letter whose amount stands in a form field."""
    with pikepdf.open(io.BytesIO(letter())) as document:
        look = document.make_stream(f"BT /F1 11 Tf 2 4 Td ({value}) Tj ET".encode())
        look.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 120, 20]})
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("Jumlah"),
                V=pikepdf.String(value), Rect=pikepdf.Array([72, 500, 192, 520]), F=4, AP=pikepdf.Dictionary(N=look),
            )
        )  # fmt: skip
        document.pages[0].obj.Annots = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return output.getvalue()


def _fill(writer: IncrementalPdfFileWriter, *, value: bool, look: bool) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    if value:
        field["/V"] = generic.pdf_string("9.000.000")
    if look:
        stream = generic.StreamObject(stream_data=b"BT /F1 11 Tf 2 4 Td (9.000.000) Tj ET")
        for key, entry_ in field["/AP"]["/N"].items():
            if key != "/Length":
                stream[pdf_name(key)] = entry_
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})
    writer.update_container(field)


@attack(CHANGED)
def shadow_replace_value_and_look() -> bytes:
    return appended(signed(_form("1.000.000"), certify=False), lambda writer: _fill(writer, value=True, look=True))


@attack(CHANGED)
def shadow_replace_look_alone() -> bytes:
    return appended(signed(_form("1.000.000"), certify=False), lambda writer: _fill(writer, value=False, look=True))


@attack(CHANGED)
def shadow_replace_before_a_second_signature() -> bytes:
    filled = appended(signed(_form("1.000.000"), certify=False), lambda writer: _fill(writer, value=True, look=True))
    return signed(filled, field="TTE2", place=LEFT)


@attack(CHANGED)
def shadow_hide() -> bytes:
    """The signed page was covered by a picture; the new revision takes the cover away."""
    with pikepdf.open(io.BytesIO(letter())) as document:
        cover = document.make_indirect(document.make_stream(b"1 g 0 0 600 900 re f"))
        document.pages[0].obj.Contents = pikepdf.Array([document.pages[0].obj.Contents, cover])
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    pdf = signed(output.getvalue())

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        page["/Contents"] = generic.ArrayObject([page["/Contents"].raw_get(0)])
        writer.update_container(page)

    return appended(pdf, change)


@attack(CHANGED)
def shadow_hide_and_replace() -> bytes:
    """A second page object lay hidden in the signed file; the new revision shows it instead."""
    hidden = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=pikepdf.Array([0, 0, 595, 842]))
    with pikepdf.open(io.BytesIO(letter())) as document:
        hidden.Parent = document.Root.Pages
        hidden.Contents = document.make_stream(b"0 0 1 rg 0 0 300 300 re f")
        document.Root.PieceInfo = pikepdf.Dictionary(Hidden=document.make_indirect(hidden))
        output = io.BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"] = generic.ArrayObject([writer.root["/PieceInfo"].raw_get("/Hidden")])
        writer.update_container(pages)

    return appended(signed(output.getvalue()), change)


# EAA and SSA: permitted changes that show something else


@attack(CHANGED)
def eaa_free_text() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        more = {"/Contents": generic.pdf_string("DIBATALKAN"), "/DA": generic.pdf_string("/Helv 12 Tf")}
        note = writer.add_object(annotation("/FreeText", **more))
        writer.register_annotation(writer.find_page_for_modification(0)[0], note)

    return appended(signed(), change)


@attack(CHANGED)
def ssa_over_signed_text() -> bytes:
    return signed(signed(), field="TTE2", place=OVER_TEXT)


@attack(CHANGED)
def ssa_over_an_earlier_mark() -> bytes:
    """A mark is an annotation, no text of the page; hidden under another's, the first signer seems to be none."""
    return signed(signed(), field="TTE2", place=PLACE)


@attack(CHANGED)
def ssa_a_field_over_text_filled_later() -> bytes:
    """An invisible field lies over the text from the start; who signs in it later brings what covers the text."""
    writer = IncrementalPdfFileWriter(io.BytesIO(letter()))
    fields.append_signature_field(
        writer, fields.SigFieldSpec("TTE2", box=(60, 700, 400, 780), empty_field_appearance=False)
    )
    output = io.BytesIO()
    writer.write(output)
    pdf = signed(output.getvalue(), certify=False)
    style = TextStampStyle(stamp_text="SETUJU", background=None, border_width=2)
    return certificates.signed_by(pdf, certificates.leaf(), field="TTE2", style=style)


@attack(CHANGED)
def ssa_over_a_scanned_page() -> bytes:
    """No text layer to look at: what is drawn must count."""
    with pikepdf.open(io.BytesIO(letter())) as document:
        lines = b"".join(b"0 g 72 %d 300 4 re f " % y for y in range(700, 780, 10))
        document.pages[0].obj.Contents = document.make_stream(lines)
        output = io.BytesIO()
        document.save(output)
    return signed(signed(output.getvalue()), field="TTE2", place=OVER_TEXT)


@attack(CHANGED)
def ssa_unsigned_field_with_a_look() -> bytes:
    """A field for a signature that nobody made, but that says something."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        look = generic.StreamObject(stream_data=b"0 0 1 rg 0 0 250 60 re f")
        for key, value in (("/Type", "/XObject"), ("/Subtype", "/Form")):
            look[pdf_name(key)] = pdf_name(value)
        look[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 250, 60)))
        field = annotation("/Widget", **{"/FT": pdf_name("/Sig"), "/T": generic.pdf_string("Palsu")})
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        reference = writer.add_object(field)
        writer.register_annotation(writer.find_page_for_modification(0)[0], reference)
        form = writer.root["/AcroForm"]
        form["/Fields"].append(reference)
        writer.update_container(form["/Fields"])

    return appended(signed(certify=False), change)


@attack(CHANGED)
def mark_of_the_signature_swapped() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        look = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 50 50 re f")
        for key, value in field["/AP"]["/N"].items():
            if key in ("/Type", "/Subtype", "/BBox"):
                look[pdf_name(key)] = value
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(field)

    return appended(signed(), change)
