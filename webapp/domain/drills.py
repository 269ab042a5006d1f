"""The drill with forged letters: four printed letters made for one person, of which one is what it seems.

Each is made as a forger would: with a genuine seal on other text, or with one's own address. What the phone shows for
the QR code is what the seal in that very picture says. Which is which is known to the server alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

import signing
from signing import codes
from webapp.config import Config
from webapp.domain import audit, documents, marks, practice_keys, practice_letters
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.practice_letters import Sample
from webapp.domain.work import Work
from webapp.models import Drill, Person

FORGERIES = "forgeries"
WIDTH = 1080  # pixels of a picture


class Kind(StrEnum):
    """What is the matter with a paper; also the answers."""

    GENUINE = "genuine"
    ALTERED = "altered"  # another number or date than the one that was signed
    COPIED = "copied"  # the QR code of another letter
    LOOKALIKE = "lookalike"  # the QR code leads to an address that is not the office's


ANSWERS = {
    Kind.GENUINE: N_("Asli"),
    Kind.ALTERED: N_("Palsu: isinya diubah"),
    Kind.COPIED: N_("Palsu: kode QR dari surat lain"),
    Kind.LOOKALIKE: N_("Palsu: alamat periksa bukan milik kantor"),
}
REASONS = {
    Kind.GENUINE: N_("Alamatnya milik kantor, dan nomor, tanggal, hal, serta penandatangan sama dengan yang tercetak."),
    Kind.ALTERED: N_(
        "Halaman periksa menyebut nomor atau tanggal lain daripada yang tercetak: surat itu diubah kemudian."
    ),
    Kind.COPIED: N_("Halaman periksa menyebut surat yang lain sama sekali: kode QR-nya disalin dari surat itu."),
    Kind.LOOKALIKE: N_(
        "Semuanya cocok, tetapi alamatnya bukan milik kantor. Halaman tiruan dapat menulis apa saja, juga “Asli”."
    ),
}


def compose(work: Work) -> list[dict]:
    """Four papers in any order, their pictures stored. Takes seconds: no transaction may be open."""
    kinds = list(Kind)
    secrets.SystemRandom().shuffle(kinds)
    return [_paper(work, kind, place) for place, kind in enumerate(kinds)]


def begin(work: Work, papers: Sequence[dict]) -> Drill:
    """Write an attempt down before it is shown."""
    made = Drill(person_id=work.person.id, drill=FORGERIES, papers=list(papers), answers=[], begun_at=work.now)
    work.session.add(made)
    work.session.flush()
    return made


def get(work: Work, drill_id: int) -> Drill:
    """The actor's own attempt. Anybody else's is not found."""
    found = work.session.get(Drill, drill_id)
    if found is None or found.person_id != work.person.id:
        raise NotFound
    return found


def answer(work: Work, drill: Drill, answers: Sequence[str]) -> None:
    """Judge an attempt, once. Passed when all are right. Raises Invalid (one is missing), Conflict (answered)."""
    work.session.refresh(drill, with_for_update=True)  # of two taps at once the second sees the first
    if drill.answered_at is not None:
        raise Conflict(N_("Latihan ini sudah dijawab. Mulai yang baru untuk mencoba lagi."))
    if len(answers) != len(drill.papers) or not set(answers) <= set(Kind):
        raise Invalid(N_("Jawab keempat surat."), field="answers")
    drill.answers, drill.answered_at = list(answers), work.now
    right = sum(given == paper["kind"] for given, paper in zip(answers, drill.papers, strict=True))
    drill.passed_at = work.now if right == len(drill.papers) else None
    facts = {"person_id": drill.person_id, "drill": drill.drill, "right": right, "of": len(drill.papers)}
    audit.record(work, Event.DRILL_ANSWERED, **facts)


def attempts(work: Work, person: Person) -> list[Drill]:
    """Those that were answered, newest first."""
    query = select(Drill).where(Drill.person_id == person.id, Drill.answered_at.is_not(None))
    return list(work.session.scalars(query.order_by(Drill.id.desc()).limit(20)))


def passed_at(work: Work, person: Person) -> datetime | None:
    """When it was passed for the first time."""
    query = select(Drill.passed_at).where(Drill.person_id == person.id, Drill.passed_at.is_not(None))
    return work.session.scalars(query.order_by(Drill.id).limit(1)).first()


def picture(work: Work, drill: Drill, place: int) -> bytes:
    """A paper's picture (WebP). Raises NotFound."""
    if not 0 <= place < len(drill.papers):
        raise NotFound
    return documents.get(work.config, drill.papers[place]["sha256"])


def lookalike(config: Config) -> str:
    """A host that a hurried eye takes for the office's. Under a name that is kept for examples where ours is short."""
    first, _, rest = config.host.partition(":")[0].partition(".")
    return f"{first}-{rest}" if "." in rest else f"{first}-periksa.example"


def _paper(work: Work, kind: Kind, which: int) -> dict:
    printed = practice_letters.invent(work, which)
    sealed = {Kind.ALTERED: _altered(printed), Kind.COPIED: practice_letters.invent(work, which + 1)}.get(kind, printed)
    host = lookalike(work.config) if kind == Kind.LOOKALIKE else work.config.host
    code = codes.new_code()
    pdf = _signed(work, printed, sealed, f"{host}/v/{codes.display(code)}", f"https://{host}/v/{code}".upper())
    image = signing.render(pdf, [1], WIDTH)[0]
    told = [
        ["number", sealed.number], ["subject", sealed.subject], ["date", practice_letters.shown(sealed.dated_on)],
        ["signer", work.person.full_name],
    ]  # fmt: skip
    return {
        "kind": str(kind), "sha256": documents.put(work.config, image), "told": told,
        "address": f"https://{host}/v/{codes.display(code)}",
    }  # fmt: skip


def _altered(printed: Sample) -> Sample:
    """What was signed before somebody changed one thing in it."""
    if secrets.randbelow(2):
        return replace(printed, dated_on=printed.dated_on - timedelta(days=30 + secrets.randbelow(60)))
    head, number, year = printed.number.split("/")
    return replace(printed, number=f"{head}/{(int(number) + 100 + secrets.randbelow(700)) % 1000:03}/{year}")


def _signed(work: Work, printed: Sample, sealed: Sample, shown: str, address: str) -> bytes:
    """The printed page with a mark whose QR code carries the other one's seal, signed by the practice authority."""
    person = work.person
    page = practice_letters.draw(work, printed)
    stamp = signing.Stamp(
        address=address, lines=("LATIHAN", person.position, person.full_name), strong=2, sealed=True,
        heading="LATIHAN, bukan tanda tangan:", footer=f"LATIHAN. Periksa keasliannya di {shown}",
    )  # fmt: skip
    place = signing.Placement(**practice_letters.PLACE)
    prepared = signing.prepare(
        page, stamp, place, field="Latihan", name=person.full_name, reason="LATIHAN", location=work.config.instance_name
    )
    claim = signing.Claim(
        number=sealed.number, subject=sealed.subject, signer=person.full_name, position=person.position,
        office=marks.PRACTICE, dated_on=sealed.dated_on, pages=1, content=bytes.fromhex(prepared.sha256),
    )  # fmt: skip
    key = practice_keys.signing_key(work, person)
    return signing.sign(prepared, key, work.now, claim=claim, seal_key=practice_keys.seal_key(work)).pdf
