"""The visible mark of a letter, the file prepared with it, and the digest of what an official approves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

import signing
from signing import codes, marked
from webapp.config import Config
from webapp.domain import documents
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.models import Letter, Person, Version

# Printed on what BSrE signs and on nothing else.
BSRE_FOOTER = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai "
    "Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara (BSSN)."
)
PRACTICE = "LATIHAN, BUKAN SURAT RESMI"  # where a seal names the office
MARK_SIZE = (220.0, 92.0)  # points; what fits between position and name in a signature block


@dataclass(frozen=True)
class PlacedMark:
    """A prepared file that lies durably in the store but that no row names yet."""

    version_id: int
    signer_id: int
    placement: dict
    covered_text: str
    sha256: str
    holes: dict
    covers_drawing: bool = False  # a line, a picture, or the words of a scan, which no text tells

    @property
    def covers(self) -> bool:
        """Whether something of the letter would be hidden: never silently."""
        return bool(self.covered_text) or self.covers_drawing


def address(config: Config, letter: Letter) -> str:
    """What the QR code holds. Upper case, so that the code is a third smaller (alphanumeric mode)."""
    return f"{config.public_url}/v/{letter.code}".upper()


def address_to_show(config: Config, letter: Letter) -> str:
    """The same address as people read and share it."""
    return f"{config.public_url}/v/{codes.display(letter.code)}"


def stamp(config: Config, letter: Letter) -> signing.Stamp:
    if letter.is_practice:
        return _practice_stamp(config, letter)
    footer = letter.office.footer or "Dokumen ini ditandatangani secara elektronik."
    where = f"{config.host}/v/{codes.display(letter.code)}"
    lines = _lines(letter.signer, letter.office.mark_lines)
    return signing.Stamp(
        address=address(config, letter),
        lines=lines,
        footer=f"{footer} Periksa keasliannya di {where}",
        strong=lines.index(letter.signer.full_name) if letter.signer.full_name in lines else 0,
        sealed=True,
    )


def _practice_stamp(config: Config, letter: Letter) -> signing.Stamp:
    """The same mark, which says of itself in three places that it is none."""
    lines = ("LATIHAN", *_lines(letter.signer, letter.office.mark_lines))
    return signing.Stamp(
        address=address(config, letter), lines=lines, heading="LATIHAN, bukan tanda tangan:",
        footer=f"LATIHAN: bukan surat resmi. Kodenya {codes.display(letter.code)}", sealed=True,
    )  # fmt: skip


def claim(letter: Letter) -> signing.Claim:
    """What the seal in the QR code will say."""
    return signing.Claim(
        number=letter.number, subject=_subject(letter), signer=letter.signer.full_name, position=letter.signer.position,
        office=PRACTICE if letter.is_practice else letter.office.name, dated_on=letter.dated_on,
        pages=letter.version.pages, content=bytes.fromhex(letter.version.sha256),
    )  # fmt: skip


def draw(config: Config, letter: Letter, placement: signing.Placement) -> PlacedMark:
    """Write mark and signature placeholder after the untouched upload, and look what lies under it. Holds no lock.

    Raises BadDocument when the page or the box does not exist.
    """
    version = letter.version
    pdf = documents.get(config, version.sha256)
    covered = signing.overlap(pdf, placement, config.tags)
    prepared = _for_bsre(config, letter, pdf, placement) or signing.prepare(
        pdf, stamp(config, letter), placement, field=f"Teken-{letter.code}-1", name=letter.signer.full_name,
        reason="LATIHAN" if letter.is_practice else "Disetujui dan ditandatangani", location=config.instance_name,
    )  # fmt: skip
    documents.put(config, prepared.pdf)
    return PlacedMark(
        version.id, letter.signer_id, asdict(placement), covered.text[:300], prepared.sha256, prepared.holes,
        covers_drawing=not covered.is_empty,
    )  # fmt: skip


def _for_bsre(config: Config, letter: Letter, pdf: bytes, placement: signing.Placement) -> signing.Prepared | None:
    """The mark alone, where BSrE is to sign the whole file; else None."""
    if letter.is_practice or not config.bsre_url or letter.signer.bsre_account is None:
        return None
    ours = stamp(config, letter)
    where = ours.footer.rpartition(" Periksa ")[2]
    return marked.mark_only(pdf, replace(ours, footer=f"{BSRE_FOOTER} Periksa {where}"), placement)


def keep(work: Work, letter: Letter, mark: PlacedMark) -> None:
    """Name the prepared file in the version. Raises Conflict when the letter was changed while it was drawn."""
    if (letter.version.id, letter.signer_id) != (mark.version_id, mark.signer_id):
        raise Conflict
    version = letter.version
    version.placement, version.covered_text = mark.placement, mark.covered_text
    version.prepared_sha256, version.prepared_holes = mark.sha256, mark.holes


def forget(version: Version) -> None:
    version.placement, version.covered_text = None, ""
    version.prepared_sha256, version.prepared_holes = None, None


def prepared(config: Config, version: Version) -> signing.Prepared:
    """The file that will be signed, from the store; signing checks that it is these very bytes."""
    pdf = documents.read(config, version.prepared_sha256)
    return signing.Prepared(pdf=pdf, sha256=version.prepared_sha256, holes=version.prepared_holes)


def digest(letter: Letter) -> str:
    """SHA-256 in hex over all that the official is shown: the prepared file and the facts beside it.

    A code is accepted only with this value, so neither the file nor a fact can change between reading and signing.
    """
    shown = [
        "teken approval 1", letter.id, letter.version_number, letter.version.prepared_sha256, letter.signer_id,
        letter.number, letter.subject, letter.classification, str(letter.urgency), str(letter.confidentiality),
        letter.addressee, letter.dated_on.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def control_code(letter: Letter) -> str:
    """Four characters of the digest, the same in the notification, on the reading page and on the confirm sheet."""
    return codes.control_code(digest(letter))


def _subject(letter: Letter) -> str:
    """Whoever sees the paper can read the code, also folded in an envelope's window: no confidential subject."""
    return "" if letter.is_confidential else letter.subject


def _lines(person: Person, wanted: list[str]) -> tuple[str, ...]:
    known = {
        "position": person.position,
        "name": person.full_name,
        "rank": person.rank,
        "nip": f"NIP {person.nip}" if person.nip else "",
    }
    return tuple(known[name] for name in wanted if known.get(name))
