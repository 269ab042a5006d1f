"""Inside the child: one whole examination of an uploaded file. Three readers must open it and agree on it.

qpdf (pikepdf) without repair, for what the objects hold; pyHanko, because it will append the signature; PDFium,
because it draws what the official will read. A file that they read differently shows people different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import bulk, extents, layout, metadata, nesting, pictures, repair, spaces, structure, texts
from signing.errors import BadDocument, foreign
from signing.findings import Findings

_GLANCE = 160  # pixels: wide enough to see whether a page can be drawn, and whether it is blank


def examine(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `examine`: facts, tags and a suggestion in JSON; arguments as documents.examine sends them.

    The part is the file to sign instead, where the upload had to be repaired: the facts are then that file's.
    """
    current, done = _repaired(pdf, arguments)
    try:
        values = _look(current, arguments)
    except BadDocument as error:
        if error.code == "broken" and not done:  # only pyHanko or PDFium stumbled
            current, done = repair.repair(current, {"rebuilt"}, **_most(arguments))
        elif error.code == "page_too_small":
            current, done = repair.with_page(current), done | {"page_added"}
        else:
            raise
        values = _look(current, arguments)
    return values | {"repairs": sorted(done)}, [current] if done else []


def _repaired(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[bytes, set[str]]:
    """The file, or what a repair made of it, and what was done."""
    current, had_litter = repair.trimmed(pdf)
    needs = {"junk_removed"} if had_litter else set()
    try:
        needs |= _needs(current, arguments)
    except BadDocument as error:
        if error.code not in ("broken", "encrypted"):
            raise
        needs.add("rebuilt" if error.code == "broken" else "decrypted")
    if not needs:
        return current, set()
    current, done = repair.repair(current, needs, **_most(arguments))
    with _opened(current) as document:
        _found(current, document).require_clean()
    return current, done | needs & {"junk_removed"}


def _most(arguments: Mapping[str, Any]) -> dict[str, int]:
    return {"most_pages": arguments["max_pages"], "most_decoded": arguments["max_decoded"]}


def _needs(pdf: bytes, arguments: Mapping[str, Any]) -> set[str]:
    """What a repair would have to take away before this may be signed; nothing for a file with signatures."""
    with _opened(pdf) as document:
        if document.is_encrypted:
            raise BadDocument("encrypted", "opens without a password, but restricted")
        bulk.check_pages(document, arguments["max_pages"])
        found = _found(pdf, document)
        found.require_mendable()
        damaged = {"rebuilt"} if document.get_warnings() else set()
        return set() if found.signatures else found.mends.keys() | damaged


def _found(pdf: bytes, document: pikepdf.Pdf) -> Findings:
    """What speaks against the objects, and against where they stand."""
    found = structure.check(document)
    if detail := extents.ambiguity(pdf, document, signed=found.signatures > 0):
        found.add("ambiguous", detail)
    return found


def _look(pdf: bytes, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a file that is taken as it is."""
    warnings, signatures = _objects(pdf, arguments)
    pages = _signable(pdf, signed=signatures > 0)
    with pictures.opened(pdf) as document:
        if len(document) != pages:
            raise BadDocument("broken", f"{pages} or {len(document)} pages")
        sizes = _sizes(document, arguments)
        seen, text = _glance(document)
        remarks, mentions = layout.look(document, sizes)
        found = texts.places(document, arguments["tags"])
        size = arguments["size"]
        suggestion = spaces.suggestion(document, tuple(size), arguments["tags"]) if size else []
        blanks = texts.counts(document, arguments.get("blanks", {}), text)
    return {
        "pages": pages,
        "sizes": sizes,
        "signatures": signatures,
        "tags": found,
        "suggestion": suggestion[0] if suggestion else None,
        "mentions": mentions,
        "warnings": sorted(warnings | seen | remarks | ({"already_signed"} if signatures else set())),
        "text": text,
        "blanks": blanks,
    }


def _objects(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[set[str], int]:
    """What qpdf finds. -> warnings, filled signature fields"""
    with _opened(pdf) as document, foreign(BadDocument, "broken"):
        found = structure.check(document)
        bulk.check_streams(document, arguments["max_decoded"])
        nesting.check(document)
        damaged = {"damaged"} if document.get_warnings() else set()
        return found.warnings | damaged, found.signatures


@contextmanager
def _opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """The file as qpdf reads it without repairing anything. Raises BadDocument: encrypted, broken."""
    try:
        document = pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as cause:
        raise BadDocument("encrypted", "needs a password") from cause
    except pikepdf.PdfError as cause:
        raise BadDocument("broken", _plain(cause)) from cause
    with document, foreign(BadDocument, "broken"):
        yield document


def _plain(cause: Exception) -> str:
    """qpdf's remark without the address of the object that held the bytes."""
    return str(cause).partition(": ")[2][:200] or str(cause)[:200]


def _signable(pdf: bytes, *, signed: bool) -> int:
    """What pyHanko finds. -> pages. Raises BadDocument: broken, encrypted, certified, signature_broken."""
    with foreign(BadDocument, "broken"):
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        if writer.prev.encrypted:
            raise BadDocument("encrypted")
        pages = int(writer.root["/Pages"]["/Count"])
        writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
        if "/Metadata" in writer.root and not metadata.is_readable(writer.root["/Metadata"].data):
            raise BadDocument("broken", "its metadata is no XMP")
        if signed or "/Perms" in writer.root:
            from signing import earlier  # noqa: PLC0415  # 300 ms that an unsigned letter does not pay

            with foreign(BadDocument, "signature_broken"):
                earlier.check(pdf, writer.prev)
        return pages


def _sizes(document: pdfium.PdfDocument, arguments: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Of every page; at least one must have room for a mark, and none may be beyond measure."""
    sizes: list[tuple[float, float]] = []
    for number in range(1, len(document) + 1):
        page = pictures.load(document, number)
        sizes.append(pictures.frame(page).size)
        page.close()
    bulk.check_sides(sizes, arguments["min_side"], arguments["max_side"])
    return sizes


def _glance(document: pdfium.PdfDocument) -> tuple[set[str], str]:
    """Draw every page small: it must be possible. -> warnings blank_page, no_text; the text, to be searched"""
    warnings: set[str] = set()
    found: list[str] = []
    for number in range(1, len(document) + 1):
        page = pictures.load(document, number)
        image = pictures.draw(page, _GLANCE / page.get_size()[0], grey=True)
        low, high = image.getextrema()
        if low == high:
            warnings.add("blank_page")
        texts.gather(found, page)
        page.close()
    text = "\n".join(found)
    return warnings if text.strip() else warnings | {"no_text"}, text
