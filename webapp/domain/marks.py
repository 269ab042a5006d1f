"""The visible mark of a letter, the file prepared with it, and the digest of what an official approves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

import signing
from signing import codes, covering, marked, turns
from signing.errors import BadPlacement
from webapp.config import Config
from webapp.domain import documents, mandates
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.models import Letter, Mandate, Person, Version

# Printed on what BSrE signs and on nothing else.
BSRE_FOOTER = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai "
    "Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara (BSSN)."
)
REASON = "Disetujui dan ditandatangani"
PRACTICE = "LATIHAN, BUKAN SURAT RESMI"  # where a seal names the office
MARK_SIZE = (220.0, 92.0)  # points; what fits between position and name in a signature block


@dataclass(frozen=True)
class PlacedMark:
    """A prepared file that lies durably in the store but that no row names yet.

    Of several signers also the places of the later ones; while one has none there is no file (sha256, holes: None).
    """

    version_id: int
    signer_id: int
    placement: dict | None
    covered_text: str
    sha256: str | None
    holes: dict | None
    covers_drawing: bool = False  # a line, a picture, or the words of a scan, which no text tells
    later: tuple[dict, ...] = ()

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


def stamp(
    config: Config, letter: Letter, signer: Person | None = None, mandate: Mandate | None = None
) -> signing.Stamp:  # fmt: skip
    """The mark of this signer; of whose turn it is, where nobody is named; with a mandate, the deputy's."""
    if letter.is_practice:
        return _practice_stamp(config, letter)
    mandate = mandate or _held_by(letter)
    signer = signer or (mandate.deputy if mandate else letter.signer)
    footer = letter.office.footer or "Dokumen ini ditandatangani secara elektronik."
    where = f"{config.host}/v/{codes.display(letter.code)}"
    lines = _lines(signer, letter.office.mark_lines, mandate)
    return signing.Stamp(
        address=address(config, letter),
        lines=lines,
        footer=f"{footer} Periksa keasliannya di {where}",
        strong=lines.index(signer.full_name) if signer.full_name in lines else 0,
        sealed=True,
    )


def _practice_stamp(config: Config, letter: Letter) -> signing.Stamp:
    """The same mark, which says of itself in three places that it is none."""
    lines = ("LATIHAN", *_lines(letter.signer, letter.office.mark_lines, None))
    return signing.Stamp(
        address=address(config, letter), lines=lines, heading="LATIHAN, bukan tanda tangan:",
        footer=f"LATIHAN: bukan surat resmi. Kodenya {codes.display(letter.code)}", sealed=True,
    )  # fmt: skip


def claim(letter: Letter) -> signing.Claim:
    """What the seal in the QR code will say."""
    position = mandates.signing_position(letter)
    if letter.mandate_id is not None:
        position = f"{position}, {mandates.in_words(letter.mandate)}"
    return signing.Claim(
        number=letter.number, subject=_subject(letter), signer=letter.signer.full_name, position=position,
        office=PRACTICE if letter.is_practice else letter.office.name, dated_on=letter.dated_on,
        pages=letter.version.pages, content=bytes.fromhex(letter.version.sha256),
    )  # fmt: skip


def places(letter: Letter) -> dict[int, signing.Placement]:
    """Where each signer's mark stands, by his id; who has no place yet is left out."""
    version = letter.version
    found = {letter.signers[0].id: signing.Placement.of(version.placement)} if version.placement else {}
    return found | {entry["person_id"]: signing.Placement.of(entry) for entry in version.later_placements}


def unplaced(letter: Letter) -> list[Person]:
    """The signers whose mark has no place yet, in their order."""
    found = places(letter)
    return [one for one in letter.signers if one.id not in found]


def turn(config: Config, letter: Letter, person: Person) -> signing.Turn:
    """Field, mark and place of one of the signers, whoever signs before him. Raises KeyError without a place."""
    number = letter.signers.index(person) + 1
    return signing.Turn(f"Teken-{letter.code}-{number}", stamp(config, letter, person), places(letter)[person.id])


def draw(
    config: Config, letter: Letter, placement: signing.Placement, person: Person | None = None
) -> PlacedMark:  # fmt: skip
    """Put a signer's mark there (the first one's, where nobody is named) and write marks and placeholders after the
    untouched upload, as soon as all signers have a place; and look what lies under the first one. Holds no lock.

    Raises BadDocument; BadPlacement when the page or the box does not exist, marks lie over each other (overlapping),
    or a later signer's would hide signed text (covers_signed), which every reader would call a change.
    """
    version, (first, *others) = letter.version, letter.signers
    found = places(letter) | {(person or first).id: placement}
    pdf = documents.get(config, version.sha256)
    turns.require_apart(list(found.values()))
    _require_clear(pdf, [found[one.id] for one in others if one.id in found])
    covered = signing.overlap(pdf, found[first.id], config.tags) if first.id in found else signing.Overlap("", 0.0)
    prepared = _drawn(config, letter, found) if len(found) == len(others) + 1 else None
    later = tuple({"person_id": one.id, **asdict(found[one.id])} for one in others if one.id in found)
    return PlacedMark(
        version.id, letter.signer_id, asdict(found[first.id]) if first.id in found else None, covered.text[:300],
        prepared.sha256 if prepared else None, prepared.holes if prepared else None,
        covers_drawing=not covered.is_empty, later=later,
    )  # fmt: skip


def write(config: Config, letter: Letter, placement: signing.Placement, covered: signing.Overlap) -> PlacedMark:
    """The mark of a letter's only signer, where somebody has looked already what lies under it: a few milliseconds.
    Raises as `draw`."""
    prepared = _drawn(config, letter, {letter.signer_id: placement})
    return PlacedMark(
        letter.version.id, letter.signer_id, asdict(placement), covered.text[:300], prepared.sha256, prepared.holes,
        covers_drawing=not covered.is_empty,
    )  # fmt: skip


def draw_as(config: Config, letter: Letter, mandate: Mandate) -> PlacedMark:
    """The same letter with the mark at the same place, in the deputy's name. Holds no lock."""
    placement, pdf = signing.Placement.of(letter.version.placement), documents.get(config, letter.version.sha256)
    covered = signing.overlap(pdf, placement, config.tags)
    prepared = _drawn(config, letter, {mandate.deputy_id: placement}, mandate=mandate)
    return PlacedMark(
        letter.version.id, mandate.deputy_id, asdict(placement), covered.text[:300], prepared.sha256, prepared.holes,
        covers_drawing=not covered.is_empty,
    )  # fmt: skip


def _require_clear(pdf: bytes, later: list[signing.Placement]) -> None:
    if later and covering.hides(pdf, later):
        raise BadPlacement("covers_signed")


def prepare_first(config: Config, letter: Letter, person: Person) -> signing.Prepared:
    """The untouched upload prepared for this one of several to sign first; durable when it returns."""
    return _drawn(config, letter, places(letter), person)


def _drawn(
    config: Config, letter: Letter, found: dict[int, signing.Placement], person: Person | None = None,
    mandate: Mandate | None = None,
) -> signing.Prepared:  # fmt: skip
    pdf = documents.get(config, letter.version.sha256)
    signers = [mandate.deputy] if mandate else letter.signers
    person = person or signers[0]
    fields = {
        one.id: signing.Turn(f"Teken-{letter.code}-{number}", stamp(config, letter, one, mandate), found[one.id])
        for number, one in enumerate(signers, 1)
    }
    first = fields.pop(person.id)
    is_bsre = not fields and not letter.is_practice
    for_bsre = _for_bsre(config, person, first.stamp, pdf, first.placement) if is_bsre else None
    prepared = for_bsre or signing.prepare(
        pdf, first.stamp, first.placement, field=first.field, name=person.full_name,
        reason=_reason(letter, mandate), location=config.instance_name, later=list(fields.values()),
    )  # fmt: skip
    documents.put(config, prepared.pdf)
    return prepared


def _held_by(letter: Letter) -> Mandate | None:
    """By which a deputy has it. A letter that left its session is asked only where there is one."""
    return letter.mandate if letter.mandate_id is not None else None


def _reason(letter: Letter, mandate: Mandate | None) -> str:
    """What the signature itself says of why it was made: with the authority, where it is not the official's own."""
    if letter.is_practice:
        return "LATIHAN"
    mandate = mandate or _held_by(letter)
    told = f"{REASON} sebagai {', '.join(mandates.heading(mandate))}, {mandates.in_words(mandate)}" if mandate else ""
    return told or REASON


def _for_bsre(
    config: Config, signer: Person, ours: signing.Stamp, pdf: bytes, placement: signing.Placement
) -> signing.Prepared | None:  # fmt: skip
    """The mark alone, where BSrE is to sign the whole file; else None."""
    if not config.bsre_url or signer.bsre_account is None:
        return None
    where = ours.footer.rpartition(" Periksa ")[2]
    return marked.mark_only(pdf, replace(ours, footer=f"{BSRE_FOOTER} Periksa {where}"), placement)


def keep(work: Work, letter: Letter, mark: PlacedMark) -> None:
    """Name the prepared file in the version. Raises Conflict when the letter was changed while it was drawn."""
    others = {one.id for one in letter.signers[1:]}
    placed = {entry["person_id"] for entry in mark.later}
    is_same = placed == others if mark.sha256 else placed <= others
    if (letter.version.id, letter.signer_id) != (mark.version_id, mark.signer_id) or not is_same:
        raise Conflict
    version = letter.version
    version.placement, version.covered_text = mark.placement, mark.covered_text
    version.later_placements = list(mark.later)
    version.prepared_sha256, version.prepared_holes = mark.sha256, mark.holes


def forget(version: Version) -> None:
    version.placement, version.covered_text, version.later_placements = None, "", []
    version.prepared_sha256, version.prepared_holes = None, None


def follow(letter: Letter, before: dict[int, signing.Placement]) -> None:
    """Keep the places of those who sign still, after the signers were changed; the file is drawn anew."""
    version, (first, *others) = letter.version, letter.signers
    forget(version)
    version.placement = asdict(before[first.id]) if first.id in before else None
    version.later_placements = [{"person_id": one.id, **asdict(before[one.id])} for one in others if one.id in before]


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


def _lines(person: Person, wanted: list[str], mandate: Mandate | None) -> tuple[str, ...]:
    known = {
        "position": mandates.heading(mandate) if mandate else (person.position,),
        "name": (person.full_name,),
        "rank": (person.rank,),
        "nip": (f"NIP {person.nip}" if person.nip else "",),
    }
    # A deputy's block says in whose place he signs, also where an office leaves positions out.
    names = ["position", *wanted] if mandate and "position" not in wanted else wanted
    return tuple(line for name in names for line in known.get(name, ()) if line)
