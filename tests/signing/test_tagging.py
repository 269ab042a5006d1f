"""A tagged letter stays tagged: the mark has its place in the structure, in the tab order, and in words."""

from __future__ import annotations

import subprocess
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from signing.places import Placement
from signing.verify import verify
from tests.signing.office import STAMP, letter, office, program, signed


def tagged(shape: str) -> bytes:
    """A letter with a structure tree of one of the shapes that programs write."""

    def put(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        paragraph = Dictionary(Type=Name.StructElem, S=Name.P, P=root, K=0, Pg=page)
        if shape == "document":
            above = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
            paragraph.P = above
            paragraph = pdf.make_indirect(paragraph)
            above.K, root.K = Array([paragraph]), above
        elif shape == "flat":
            paragraph = pdf.make_indirect(paragraph)
            root.K = pdf.make_indirect(Array([paragraph]))
        else:
            paragraph = pdf.make_indirect(paragraph)
            root.K = paragraph
        leaf = Dictionary(Nums=Array([0, Array([paragraph])]))
        root.ParentTree = Dictionary(Kids=Array([pdf.make_indirect(Dictionary(Limits=Array([0, 0]), Nums=leaf.Nums))]))
        if shape == "flat":
            root.ParentTree, root.ParentTreeNextKey = pdf.make_indirect(leaf), 1
        page.StructParents = 0
        pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)

    with pikepdf.open(BytesIO(letter())) as pdf:
        put(pdf)
        output = BytesIO()
        pdf.save(output)
    return output.getvalue()


@pytest.mark.parametrize("shape", ["document", "flat", "single"])
def test_the_mark_is_an_element_with_words_in_the_tab_order(shape, tmp_path):
    pdf = signed(tagged(shape))
    with pikepdf.open(BytesIO(pdf)) as document:
        widget, tree = document.Root.AcroForm.Fields[-1], document.Root.StructTreeRoot
        element = pikepdf.NumberTree(tree.ParentTree)[int(widget.StructParent)]
        assert str(element.S) == "/Form" and element.K.Type == Name.OBJR and element.K.Obj.objgen == widget.objgen
        assert element.objgen in {kid.objgen for kid in element.P.K} and element.P.objgen != element.objgen
        assert (element.P.get("/S") == Name.Document) is (shape == "document")
        assert str(element.Alt) == str(widget.TU) == STAMP.text and widget.P.Tabs == Name.S
        assert int(tree.ParentTreeNextKey) == int(widget.StructParent) + 1 and int(widget.F) & 4
        assert pikepdf.NumberTree(tree.ParentTree)[0] is not None and document.Root.MarkInfo.Marked
    (tmp_path / "signed.pdf").write_bytes(pdf)
    told = subprocess.run([program("pdfinfo"), "-struct", str(tmp_path / "signed.pdf")], capture_output=True, text=True)
    assert "Form" in told.stdout and "Syntax Error" not in told.stderr
    assert verify(pdf, office().trust()).is_valid


def test_a_second_signature_leaves_the_structure_that_was_signed():
    first = signed(tagged("document"), certify=False)
    second = signed(first, field="TTE2", place=Placement(1, 60, 545, *STAMP.size))
    assert verify(second, office().trust()).is_valid
    with pikepdf.open(BytesIO(second)) as document:
        assert "/StructParent" not in document.Root.AcroForm.Fields[-1]


def test_an_untagged_letter_gets_no_structure():
    with pikepdf.open(BytesIO(signed())) as document:
        assert "/StructTreeRoot" not in document.Root and "/Tabs" not in document.pages[0].obj
