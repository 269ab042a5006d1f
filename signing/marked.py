"""The mark alone, drawn into the page, for a signer that signs whole files (BSrE): no field, no place for a signature.

Everything visible stands in the file before it is signed, the sealed QR code too: its hole is filled after the consent
and before the file is sent. Nothing touches the bytes after.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import appearances, stamps
from signing.errors import BadDocument, NotSignable, foreign
from signing.keys import SigningKey
from signing.objects import dictionary, stream
from signing.places import Placement
from signing.prepare import Prepared, _refuse, seal_hole
from signing.seal import Claim
from signing.sign import write_seal
from signing.stamps import Stamp

_SAVE, _RESTORE = b"q\n", b"\nQ\n"


def mark_only(pdf: bytes, stamp: Stamp, placement: Placement) -> Prepared:
    """Append the mark as page content; `pdf` stays an exact prefix. The one hole is the seal's, where it is sealed.

    Raises BadDocument (encrypted, broken, certified, signed: page content after a signature breaks it), BadPlacement,
    BadMark.
    """
    with foreign(BadDocument, "broken"):
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        _refuse(writer)
        if writer.prev.embedded_signatures:
            raise BadDocument("certified", "a mark in the page would break the signatures in it")
        where = appearances.page(writer, placement)
        drawing = stamps.draw(stamp, placement.width, placement.height)
        holder = generic.DictionaryObject()
        appearances.attach(writer, holder, drawing, where)
        _put(writer, placement.page - 1, holder["/AP"].raw_get("/N"), _offset(where, drawing))
        output = BytesIO()
        writer.write(output)
    marked = output.getvalue()
    if not marked.startswith(pdf):
        raise BadDocument("broken", "the original bytes would change")
    holes: dict[str, Any] = {"version": 1, "custodian": "bsre"}
    if stamp.sealed:
        holes["seal"] = seal_hole(marked, len(pdf), stamp)
    return Prepared(marked, sha256(marked).hexdigest(), holes)


def fill(prepared: Prepared, at: datetime, claim: Claim | None, seal_key: SigningKey | None) -> bytes:
    """The file to be sent: the QR code written into its hole, every other byte as it was approved.

    Without claim or key the code holds the address alone. Two calls give two seals (ECDSA is random): keep the result.
    Raises NotSignable (wrong_digest: not the bytes that were approved; bad_holes), whatever the key raises.
    """
    if sha256(prepared.pdf).hexdigest() != prepared.sha256:
        raise NotSignable("wrong_digest")
    if "seal" not in prepared.holes:  # marked before there were seals: its code is complete
        return prepared.pdf
    filled = bytearray(prepared.pdf)
    start, end = prepared.holes["seal"]
    write_seal(filled, (start, end), at, claim, seal_key)
    return bytes(filled)


def _offset(where: appearances.Page, drawing: Any) -> tuple[float, float]:
    """How far the turned form is moved, so that it fills the rectangle (ISO 32000-2, 12.5.5 does this for widgets)."""
    width, height = drawing.width, drawing.height
    corner = {0: (0, 0), 90: (-height, 0), 180: (-width, -height), 270: (0, -width)}[where.rotation]
    return where.rect[0] - corner[0], where.rect[1] - corner[1]


def _put(writer: IncrementalPdfFileWriter, index: int, form: Any, offset: tuple[float, float]) -> None:
    """Draw the form last on its page, outside whatever graphics state the page's own content leaves behind."""
    page_ref = writer.find_page_for_modification(index)[0]
    page = page_ref.get_object()
    name = f"TekenMark{form.idnum}"
    x, y = offset
    drawn = f"/Artifact BMC\nq 1 0 0 1 {x:.3f} {y:.3f} cm /{name} Do Q\nEMC\n".encode()
    before, after = (writer.add_object(stream(data, {})) for data in (_SAVE, _RESTORE + drawn))
    page["/Contents"] = generic.ArrayObject([before, *_contents(page), after])
    writer.mark_update(page_ref)
    # An empty stream lets the writer's own code add the resource, wherever the page keeps its resources.
    resources = dictionary(XObject=generic.DictionaryObject({pdf_name(f"/{name}"): form}))
    writer.add_stream_to_page(index, writer.add_object(stream(b"", {})), resources)


def _contents(page: Any) -> list[Any]:
    """The references to the page's content streams."""
    if "/Contents" not in page:
        return []
    entry = page.raw_get("/Contents")
    found = entry.get_object()
    return list(found) if isinstance(found, generic.ArrayObject) else [entry]
