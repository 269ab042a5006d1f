"""Everything that can be done before the approval: the mark, the signature field and the reserved places.

The result is the original file with one incremental update after it (ISO 32000-2, 7.5.6): the original bytes stay
an exact prefix. What the official reads is these bytes; sign.py then writes into the holes and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as attribute
from hashlib import sha256
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from signing import appearances, qr, seal, stamps, tagging, turns
from signing.errors import BadDocument, foreign
from signing.places import Placement
from signing.stamps import Stamp
from signing.turns import Turn

BYTES_RESERVED = 16_384  # hexadecimal digits: P-256 takes ~1800 bytes, RSA-4096 with two such authorities ~7000
TIME_PLACEHOLDER = b"(D:20000101000000+00'00')"


@dataclass(frozen=True)
class Prepared:
    """A file that waits only for its signature. Rebuilt from storage with the same three values.

    `holes` (JSON): version, field (name given), contents [start, end) of the <hex> string, time [start, end) of the
    /M string, certifies (bool) and, where the stamp is sealed, seal [start, end) of the QR code. Offsets are bytes.
    """

    pdf: bytes
    sha256: str
    holes: dict[str, Any] = attribute(hash=False)


def prepare(
    pdf: bytes,
    stamp: Stamp,
    placement: Placement,
    *,
    field: str,
    name: str,
    reason: str,
    location: str,
    bytes_reserved: int = BYTES_RESERVED,
    certify: bool = True,
    later: Sequence[Turn] = (),
) -> Prepared:
    """Append the mark and an empty PAdES signature (ETSI EN 319 142-1) to `pdf`.

    The first signature of a file certifies it with DocMDP P=2 (only further signatures and their like may follow)
    unless `certify` is false; a file that already holds signatures gets a plain approval signature. A file that is
    certified so gets an empty field for each of `later` too (see prepare_turn); to others they add their own.
    Raises BadDocument (encrypted, broken, certified: its author allows no further signature), BadPlacement, BadMark.
    """
    turns.require_apart([placement, *(turn.placement for turn in later)])
    with foreign(BadDocument, "broken"):
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        _refuse(writer)
        first = not writer.prev.embedded_signatures and "/Perms" not in writer.root
        used_name = _free_name(writer, field)
        signature = _signature(name, reason, location, bytes_reserved)
        mark = Turn(used_name, stamp, placement)
        output = _append(writer, signature, mark, certify and first, later if certify and first else ())
    return _prepared(pdf, output, signature, mark, certify and first)


def prepare_turn(pdf: bytes, turn: Turn, *, name: str, reason: str, location: str) -> Prepared:
    """Append the mark and an empty signature in a field that `prepare` kept for this turn; `pdf` was signed before.

    Its marks and structure stay as they are. Raises BadDocument (no_such_field, also where it is signed already;
    broken; certified), BadPlacement, BadMark.
    """
    with foreign(BadDocument, "broken"):
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        _refuse(writer)
        widget = turns.empty_field(writer, turn.field).get_object()
        signature = _signature(name, reason, location, BYTES_RESERVED)
        page = appearances.page(writer, turn.placement)
        drawing = stamps.draw(turn.stamp, turn.placement.width, turn.placement.height)
        steps = PdfCMSEmbedder().write_cms(turn.field, writer)
        next(steps)
        appearances.attach(writer, widget, drawing, page)
        writer.update_container(widget)
        output = _reserved(steps, signature, SigMDPSetup("sha256"))
    return _prepared(pdf, output, signature, turn, False)


def _prepared(pdf: bytes, output: BytesIO, signature: Any, mark: Turn, certifies: bool) -> Prepared:
    prepared = output.getvalue()
    if not prepared.startswith(pdf):
        raise BadDocument("broken", "the original bytes would change")
    holes = {
        "version": 1,
        "field": mark.field,
        "certifies": certifies,
        "contents": list(signature.contents.offsets),
        "time": list(signature.time.offsets),
    }
    if mark.stamp.sealed:
        holes["seal"] = seal_hole(prepared, len(pdf), mark.stamp)
    return Prepared(prepared, sha256(prepared).hexdigest(), holes)


def seal_hole(prepared: bytes, start: int, stamp: Stamp) -> list[int]:
    """Where the QR code will be written, behind the original bytes; what it will lead to stands in the file itself."""
    version = seal.version_for(stamp.address)
    place = prepared.find(b"%s%d %s\n" % (stamps.SEAL, version, stamp.address.encode()), start)
    if place < 0:
        raise BadDocument("broken", "the mark cannot be found again")
    return [place, place + qr.symbol(version).room]


class _Time(generic.PdfObject):
    """The /M string: always 25 bytes, and it remembers where it was written."""

    offsets = (0, 0)

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:
        start = stream.tell()
        stream.write(TIME_PLACEHOLDER)
        self.offsets = (start, start + len(TIME_PLACEHOLDER))


def _signature(name: str, reason: str, location: str, bytes_reserved: int) -> Any:
    signature = SignatureObject(
        subfilter=SigSeedSubFilter.PADES, name=name, reason=reason, location=location, bytes_reserved=bytes_reserved
    )
    signature.time = signature["/M"] = _Time()
    return signature


def _append(
    writer: IncrementalPdfFileWriter, signature: Any, mark: Turn, certify: bool, later: Sequence[Turn]
) -> BytesIO:
    """Run pyHanko's embedding protocol up to the point where the CMS would be sent in."""
    page = appearances.page(writer, mark.placement)
    drawing = stamps.draw(mark.stamp, mark.placement.width, mark.placement.height)
    text = mark.stamp.text
    spec = SigFieldSpec(mark.field, on_page=mark.placement.page - 1, box=page.rect, readable_field_name=text)
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(mark.field, writer)
    field = next(steps)
    widget = field.get_object()
    appearances.attach(writer, widget, drawing, page)
    widget["/Contents"] = generic.TextStringObject(text)
    if not writer.prev.embedded_signatures:
        tagging.tag(writer, field, text)
    turns.reserve(writer, later)
    rules = SigMDPSetup("sha256", certify=certify, docmdp_perms=MDPPerm.FILL_FORMS if certify else None)
    return _reserved(steps, signature, rules)


def _reserved(steps: Any, signature: Any, rules: SigMDPSetup) -> BytesIO:
    """The file as far as the CMS is missing."""
    output = BytesIO()
    steps.send(SigObjSetup(signature, mdp_setup=rules))
    steps.send(SigIOSetup("sha256", output=output))
    return output


def _refuse(writer: IncrementalPdfFileWriter) -> None:
    """What no signature can be added to."""
    if writer.prev.encrypted:
        raise BadDocument("encrypted")
    if forbids_changes(writer.prev):
        raise BadDocument("certified", "a signature in it forbids all changes")


def forbids_changes(reader: PdfFileReader) -> bool:
    """Whether a signature in the file has DocMDP P=1, as its certification or as a lock of its field."""
    certification = read_certification_data(reader)
    levels = {certification.permission} if certification else set()
    levels |= {signature.docmdp_level for signature in reader.embedded_signatures}
    return MDPPerm.NO_CHANGES in levels


def _free_name(writer: IncrementalPdfFileWriter, wanted: str) -> str:
    """The field name asked for, or with a number after it where the form already has one so named."""
    taken: set[str] = set()
    with suppress(KeyError):
        taken = {str(entry.get_object().get("/T", "")) for entry in writer.root["/AcroForm"]["/Fields"]}
    wanted = wanted.replace(".", "-")
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)
