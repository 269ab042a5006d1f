"""Inside the child: makes of a file that may not be signed as it is one that may, or refuses.

A file is rebuilt, freed of what acts, and flattened to what it shows; then it is judged as if it had been uploaded so
(examinations.py). Nothing here decides that a file is good. A file with a signature is never rewritten.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Stream

from signing import bulk, flatten, layers, metadata, neutralise, structure
from signing.errors import BadDocument

_A4 = (0, 0, 595.276, 841.89)
_NESTING = 500
_REMOVED = {"script", "actions", "embedded_file", "xfa", "usage_rights"}
_HEADER_WITHIN = 1024
_OBJECT = re.compile(rb"\b(\d{1,7})\s+\d{1,5}\s+obj\b")
_MARKUP = re.compile(rb"<\s*(?:!doctype|!--|\?xml|\?php|html|head|body|script|svg|iframe|img|meta)", re.IGNORECASE)
# What makes the bytes around a PDF a file of another kind: a page, an archive, a program, a picture.
_OTHER_KINDS = (
    b"PK\3\4", b"PK\5\6", b"PK\1\2", b"MZ", b"\x7fELF", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"\xca\xfe\xba\xbe", b"\xd0\xcf\x11\xe0", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"#!", b"%!PS",
    b"{\\rtf", b"ID3", b"OggS", b"ftyp", b"ustar", b"CWS", b"FWS", b"\0asm", b"dex\n",
)  # fmt: skip


def trimmed(pdf: bytes) -> tuple[bytes, bool]:
    """The file without stray bytes around it. -> bytes, whether there were any.

    Raises BadDocument(polyglot) where those are another file: something else to another reader.
    """
    start = max(pdf.find(b"%PDF-", 0, _HEADER_WITHIN), 0)
    end = pdf.rfind(b"%%EOF")
    before = pdf[:start].strip(b"\xef\xbb\xbf \t\r\n")
    after = pdf[end + 5 :].strip(b"\0 \t\r\n\f") if end >= 0 else b""
    for stray, where in ((before, "before the header"), (after, "after the end")):
        if _MARKUP.search(stray) or any(kind in stray for kind in _OTHER_KINDS):
            raise BadDocument("polyglot", f"{len(stray)} bytes {where}")
    if not before and not after:
        return pdf, False
    is_litter = after and b"obj" not in after  # else the rest of a revision that was not written to its end
    return (pdf[start : end + 5] + b"\n" if is_litter else pdf[start:]), True


def repair(pdf: bytes, needs: set[str], *, most_pages: int, most_decoded: int) -> tuple[bytes, set[str]]:
    """-> the file to sign instead, and what was done: codes of documents.REPAIRS.

    Raises BadDocument for what a repair does not take away, and for every file that holds a signature.
    """
    with opened(pdf) as document:
        done = {"decrypted"} if document.is_encrypted else set()
        done |= {"rebuilt"} if document.get_warnings() or "rebuilt" in needs else set()
        bulk.check_pages(document, most_pages)
        bulk.check_streams(document, most_decoded)  # before anything unpacks them, and saving unpacks them all
        found = structure.check(document)
        if found.signatures or is_signed(document):
            raise BadDocument("signature_broken", "signed, and would have to be rewritten")
        found.require_mendable()
        done |= {"shadow"} & found.mends.keys() | {"ambiguous"} & needs
        done |= _REMOVED & neutralise.neutralise(document)
        done |= {"layers"} if layers.flatten(document) else set()
        done |= {"forms"} if flatten.forms(document) else set()
        done |= {"annotations"} if flatten.annotations(document, structure.draws_over) else set()
        if not _can_be_noted(document.Root.get("/Metadata")):
            del document.Root["/Metadata"]
            done.add("rebuilt")
        return _saved(document), done


def _can_be_noted(found: Any) -> bool:
    return found is None or (isinstance(found, Stream) and metadata.is_readable(found.read_bytes()))


def with_page(pdf: bytes) -> bytes:
    """An unsigned file with an empty A4 page after it, where none of its own has room for a mark."""
    with pikepdf.open(BytesIO(pdf)) as document:
        if structure.signatures(document) or is_signed(document):
            raise BadDocument("page_too_small", "and signed: no page can be added")
        page = Dictionary(Type=Name.Page, MediaBox=Array(list(_A4)), Resources=Dictionary())
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
        return _saved(document)


def _saved(document: pikepdf.Pdf) -> bytes:
    output = BytesIO()
    document.save(output, encryption=False, fix_metadata_version=False)
    return output.getvalue()


def opened(pdf: bytes) -> pikepdf.Pdf:
    """The file with its cross-references rebuilt, by qpdf or, where qpdf finds no way, its pages by PDFium.

    Raises BadDocument: encrypted, broken, too_complex.
    """
    try:
        document = pikepdf.open(BytesIO(pdf), attempt_recovery=True, suppress_warnings=True)
    except pikepdf.PasswordError as cause:
        raise BadDocument("encrypted", "needs a password") from cause
    except pikepdf.PdfError as cause:
        if b"/Encrypt" in pdf and "ncrypt" in str(cause):
            raise BadDocument("encrypted", "of a kind that is not supported") from cause
        return _pages_only(pdf, cause)
    _require_changeable(document)
    if "/Size" not in document.trailer:  # the end of the file is missing; qpdf found the rest
        document.trailer.Size = 1 + max((int(number) for number in _OBJECT.findall(pdf)), default=0)
    return document


def _require_changeable(document: pikepdf.Pdf) -> None:
    """A file that anybody can read may be copied into the clear, unless its author forbade every change."""
    if document.is_encrypted:
        allowed = document.allow
        may = (allowed.modify_other, allowed.modify_annotation, allowed.modify_form, allowed.modify_assembly)
        if not any(may):
            raise BadDocument("change_forbidden", "its author allows no changes")


def _pages_only(pdf: bytes, cause: Exception) -> pikepdf.Pdf:
    """PDFium's reading of a file that qpdf cannot make sense of: its pages alone, copied into a new file."""
    for opening in (b"[", b"<<"):
        if pdf.translate(None, b" \t\r\n\0\f").find(opening * _NESTING) >= 0:
            raise BadDocument("too_complex", "nested without end") from cause
    if b"/ByteRange" in pdf:
        raise BadDocument("signature_broken", "signed and damaged") from cause
    try:
        source, copy, output = pdfium.PdfDocument(pdf), pdfium.PdfDocument.new(), BytesIO()
        copy.import_pages(source)
        copy.save(output)
        return pikepdf.open(BytesIO(output.getvalue()), suppress_warnings=True)
    except (pdfium.PdfiumError, pikepdf.PdfError) as again:
        raise BadDocument("broken", str(again)[:200]) from cause


def is_signed(document: pikepdf.Pdf) -> bool:
    """Whether any object is a signature, wherever it hangs; usage rights are none."""
    return any(
        isinstance(entry, Dictionary) and "/ByteRange" in entry and not _is_right(document, entry)
        for entry in document.objects
    )


def _is_right(document: pikepdf.Pdf, entry: Any) -> bool:
    rights = document.Root.get("/Perms")
    values = [rights.get(key) for key in ("/UR", "/UR3")] if isinstance(rights, Dictionary) else []
    return any(isinstance(value, Dictionary) and value.objgen == entry.objgen for value in values)
