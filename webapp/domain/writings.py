"""Letters written here: what was typed, kept beside its page, and the page made of it (signing.writing)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from signing import writing
from webapp.config import Config
from webapp.domain import documents, inscriptions, intake, letterheads
from webapp.domain.errors import N_, Invalid
from webapp.domain.intake import Intake
from webapp.domain.letter_types import TYPES
from webapp.domain.work import Work
from webapp.models import Letter, Office, Person

# A page is in Bahasa Indonesia, whoever looks at it.
NATURES = {"terbatas": "Terbatas", "rahasia": "Rahasia", "sangat_rahasia": "Sangat rahasia"}
URGENCIES = {"segera": "Segera", "sangat_segera": "Sangat segera"}


@dataclass(frozen=True)
class Source:
    """What was typed for a page, and what was printed of the letter's facts."""

    kind: str
    fields: dict[str, str]
    printed: dict[str, Any]

    def as_bytes(self) -> bytes:
        known = {"kind": self.kind, "fields": self.fields, "printed": self.printed}
        return json.dumps(known, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def source(kind: str, fields: Mapping[str, str], facts: Mapping[str, Any], signer: Person) -> Source:
    """`facts` as letters.create takes them; the number may be missing still."""
    dated_on: date = facts["dated_on"]
    urgency, confidentiality = str(facts["urgency"]), str(facts["confidentiality"])
    printed = {
        "number": facts["number"] or "", "dated_on": dated_on.isoformat(), "subject": facts["subject"],
        "addressee": facts["addressee"],
        "nature": NATURES.get(confidentiality) or URGENCIES.get(urgency) or "Biasa",
        "signer": {
            "position": signer.position, "name": signer.full_name, "rank": signer.rank, "nip": signer.nip or "",
        },
    }  # fmt: skip
    typed = {field.name: fields.get(field.name, "") for field in TYPES[kind].fields}
    return Source(kind, {"closing": "", "copies": ""} | typed, printed)


def compose(config: Config, sources: Sequence[Source], paper: letterheads.Paper) -> list[bytes]:
    """The pages of letters of one type, in a child; takes seconds and holds no lock. Raises BadDocument."""
    made: list[bytes] = []
    emblem = documents.get(config, paper.emblem_sha256) if paper.emblem_sha256 else b""
    for start in range(0, len(sources), writing.MOST_TOGETHER):
        some = sources[start : start + writing.MOST_TOGETHER]
        values = [one.printed | {"fields": one.fields} for one in some]
        made += writing.compose(some[0].kind, values, paper.head, emblem)
    return made


def take(config: Config, one: Source, paper: letterheads.Paper) -> Intake:
    """A page made and examined like any upload, with its source kept beside it. Raises BadDocument."""
    (pdf,) = compose(config, [one], paper)
    return examined(config, pdf, one)


def examined(config: Config, pdf: bytes, one: Source) -> Intake:
    found = intake.examine(config, pdf, f"{one.kind}.pdf")
    # Its number and date are set with the rest: what somebody typed is no tag.
    source = documents.put(config, one.as_bytes())
    return replace(found, kind=one.kind, source_sha256=source, blanks={}, blank_sha256=None)


def paper_of(work: Work, office: Office) -> letterheads.Paper:
    return letterheads.of(work, office)


def source_of(config: Config, letter: Letter) -> Source | None:
    """What the page in force was made of; None: it was uploaded."""
    sha256 = letter.version.source_sha256
    return Source(**json.loads(documents.get(config, sha256))) if sha256 else None


def from_letter(letter: Letter, kind: str, fields: Mapping[str, str]) -> Source:
    """The source that the letter's facts, as they are now, make with these texts."""
    names = ("number", "dated_on", "subject", "addressee", "urgency", "confidentiality")
    return source(kind, fields, {name: getattr(letter, name) for name in names}, letter.signer)


def require_current(config: Config, letter: Letter) -> None:
    """Of a page that was written here, and of number and date on one that was uploaded. Raises Invalid."""
    inscriptions.require_current(letter)
    if not is_current(config, letter):
        raise Invalid(N_("Halaman surat belum mengikuti keterangannya. Buka “Ubah isi”, lalu simpan lagi."))


def is_current(config: Config, letter: Letter) -> bool:
    """Whether the page says what the letter's facts say; of an upload nothing is claimed.

    It stops a letter whose number, date or signer was changed after its page was made.
    """
    known = source_of(config, letter)
    return known is None or from_letter(letter, known.kind, known.fields).printed == known.printed
