"""One file for each kind of upload that intake repairs or refuses, built so that one sees what is wrong with it."""

from __future__ import annotations

import re

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.signing import papers
from tests.signing.papers import change, letter, with_action

HIDDEN, SHOWN, VALUE = "LAMPIRAN RAHASIA", "NILAI KONTRAK", "Rp 125.000.000"


def script(text: str, where: str = "OpenAction") -> bytes:
    return with_action(Dictionary(S=Name.JavaScript, JS=text), where)


def attachment() -> bytes:
    return change(letter(), lambda pdf: pdf.attachments.__setitem__("gaji.xls", b"MZ isi lain"))


def attachment_on_the_page() -> bytes:
    def put(pdf: pikepdf.Pdf) -> None:
        held = pdf.make_stream(b"isi lain", Type=Name.EmbeddedFile)
        spec = Dictionary(Type=Name.Filespec, F="x.exe", EF=Dictionary(F=held))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(_annotation("FileAttachment", FS=spec))])

    return change(letter(), put)


def portfolio() -> bytes:
    def put(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["lain.pdf"] = letter()
        pdf.Root.Collection = Dictionary(View=Name.T)

    return change(letter(), put)


def form(value: str = VALUE, *, tagged: bool = False, appearance: bool = True, xfa: bool = False) -> bytes:
    """A text field with a value; without an appearance a reader has to make one up."""

    def put(pdf: pikepdf.Pdf) -> None:
        field = _annotation("Widget", FT=Name.Tx, T=String("nilai"), V=String(value), DA=String("/Helv 11 Tf 0 g"), F=4)
        field.Rect = Array([300, 120, 480, 140])
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        if appearance:
            drawing = pdf.make_stream(f"/Tx BMC BT /Helv 11 Tf 0 g 2 5 Td ({value}) Tj ET EMC".encode())
            drawing.BBox, drawing.Resources = Array([0, 0, 180, 20]), Dictionary(Font=Dictionary(Helv=font))
            field.AP = Dictionary(N=drawing)
        field = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([field])
        known = Dictionary(Font=Dictionary(Helv=font))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=known, DA=String("/Helv 11 Tf 0 g"))
        if xfa:
            pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        if tagged:
            _tag(pdf, field)

    return change(letter(), put)


def _tag(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    """A structure tree whose one element is the field."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    reference = Dictionary(Type=Name.OBJR, Obj=field, Pg=pdf.pages[0].obj)
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=root, K=reference))
    root.K, field.StructParent = Array([element]), 0
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, element])))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)


def only_xfa() -> bytes:
    def put(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))

    return change(letter(), put)


def layers(*, hidden: bool = False, printed: str = "") -> bytes:
    """Two texts in two layers; `hidden` starts the second switched off, `printed` says what it does on paper."""

    def put(pdf: pikepdf.Pdf) -> None:
        groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("A", "B")]
        page = pdf.pages[0]
        page.obj.Resources.Properties = Dictionary(A=groups[0], B=groups[1])
        content = "".join(
            f"/OC /{name} BDC BT /F1 12 Tf 72 {y} Td ({text}) Tj ET EMC\n"
            for name, y, text in (("A", 100, SHOWN), ("B", 80, HIDDEN))
        )
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources.Font.F1 = pdf.make_indirect(font)
        page.contents_add(content.encode())
        config = Dictionary(Order=Array(groups), OFF=Array(groups[1:] if hidden else []))
        if printed:
            groups[1].Usage = Dictionary(Print=Dictionary(PrintState=Name("/" + printed)))
            event = Dictionary(Event=Name.Print, Category=Array([Name.Print]), OCGs=Array(groups[1:]))
            config.AS = Array([event])
        pdf.Root.OCProperties = Dictionary(OCGs=Array(groups), D=config)

    return change(letter(), put)


def stamp_over_text(flags: int = 4) -> bytes:
    """An annotation that paints white over two lines of the letter, and another figure upon it."""

    def put(pdf: pikepdf.Pdf) -> None:
        drawing = pdf.make_stream(f"1 g 0 0 400 40 re f 0 g BT /F1 12 Tf 4 12 Td ({VALUE}) Tj ET".encode())
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        drawing.BBox, drawing.Resources = Array([0, 0, 400, 40]), Dictionary(Font=Dictionary(F1=font))
        stamp = _annotation("Stamp", F=flags, AP=Dictionary(N=drawing))
        stamp.Rect = Array([60, 690, 460, 730])
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp)])

    return change(letter(), put)


def usage_rights() -> bytes:
    """What Adobe's programs put into forms for their free reader: a signature that is no person's."""

    def put(pdf: pikepdf.Pdf) -> None:
        right = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=Array([0, 1, 2, 3]), Contents=b"0")
        pdf.Root.Perms = Dictionary(UR3=pdf.make_indirect(right))

    return change(letter(), put)


def shadow() -> bytes:
    """A second set of pages with another sum, which one line of a later revision would bring to light."""

    def put(pdf: pikepdf.Pdf) -> None:
        page = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Note=String(HIDDEN))
        pages = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1))
        page.Parent, pages.Kids = pages, Array([pdf.make_indirect(page)])
        pdf.Root.PieceInfo = Dictionary(Spare=pdf.make_indirect(Dictionary(Type=Name.Catalog, Pages=pages)))

    plain = change(letter(), put, qdf=True)
    return re.sub(rb"/Spare \d 0 R", b"/Spare null ", plain)


def damaged(pdf: bytes | None = None) -> bytes:
    """Cross-references that point nowhere."""
    return re.sub(rb"(?<=startxref\n)\d+", b"7", pdf or letter())


def cut_off() -> bytes:
    return letter()[:-400]


def circle() -> bytes:
    """A page tree that holds itself."""
    plain = change(letter(), lambda pdf: None, qdf=True)
    (number,) = re.findall(rb"(\d+) 0 obj\n<<\n  /Count 1\n  /Kids", plain)
    return plain.replace(b"/Kids [\n    ", b"/Kids [\n  " + number + b" 0 R\n  ", 1)


def laughs() -> bytes:
    """Twelve forms, each of which paints the next ten times."""

    def put(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"0 0 1 1 re f")
        for _ in range(12):
            below, form = form, pdf.make_stream(b"/X Do " * 10)
            form.Resources = Dictionary(XObject=Dictionary(X=below))
            for entry in (below, form):
                entry.Type, entry.Subtype, entry.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 900])
        pdf.pages[0].Resources.XObject = Dictionary(X=form)
        pdf.pages[0].Contents = pdf.make_stream(b"/X Do")

    return change(letter(), put)


def tiny() -> bytes:
    return papers.letter(size=(300, 90), body_lines=0, block=False)


def forbidden() -> bytes:
    """Anybody may read it, nobody may change it."""
    nothing = pikepdf.Permissions(
        modify_annotation=False, modify_assembly=False, modify_form=False, modify_other=False, extract=False
    )
    return change(letter(), lambda pdf: None, encryption=pikepdf.Encryption(owner="p", user="", allow=nothing))


def _annotation(subtype: str, **entries: object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([9, 9, 90, 30]), **entries)
