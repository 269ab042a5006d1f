"""A small Pemerintah Kabupaten Solok: units, people with invented names, letters in several states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

import signing
from signing.keys import vault as key_vault
from webapp.domain import (
    accounts,
    authority,
    ceremonies,
    intake,
    keys,
    letters,
    marks,
    number_patterns,
    numbers,
    people,
    second_factor,
)
from webapp.domain.work import Work
from webapp.models import Confidentiality, Letter, Office, Person, Role, Urgency

PASSWORD = "surat-arosuka-2026"
LETTERS = Path(__file__).parent


@dataclass(frozen=True)
class Sketch:
    """One invented person."""

    login: str
    name: str
    position: str
    office: str
    roles: tuple[Role, ...]
    rank: str = ""
    nip: str | None = None
    title_after: str = ""


# NIP begin with 00: no real one does.
PEOPLE = (
    Sketch("sari", "Sari Contoh", "Sekretaris Daerah (contoh)", "SETDA", (Role.SIGNER,),
           "Pembina Utama Madya (IV/d)", "000000000000000101", "S.H., M.Si."),
    Sketch("hadi", "Hadi Contoh", "Kepala Dinas Komunikasi dan Informatika (contoh)", "KOMINFO", (Role.SIGNER,),
           "Pembina Utama Muda (IV/c)", "000000000000000102", "S.Kom."),
    Sketch("budi", "Budi Contoh", "Pengonsep Naskah", "SETDA", (Role.DRAFTER,)),
    Sketch("dewi", "Dewi Contoh", "Kepala Bagian Umum (contoh)", "SETDA", (Role.REVIEWER,)),
    Sketch("lina", "Lina Contoh", "Kepala Bagian Hukum (contoh)", "SETDA", (Role.REVIEWER,)),
    Sketch("rudi", "Rudi Contoh", "Pengonsep Naskah", "KOMINFO", (Role.DRAFTER,)),
    Sketch("rina", "Rina Contoh", "Petugas Verifikasi Identitas", "PEMKAB", (Role.REGISTRAR,)),
    Sketch("admin", "Adi Contoh", "Administrator", "PEMKAB", (Role.ADMINISTRATOR,)),
    Sketch("agus", "Agus Contoh", "Auditor Inspektorat", "PEMKAB", (Role.AUDITOR,)),
)  # fmt: skip


def introduction() -> str:
    rows = [f"  {p.login + '@solok.example':22} {p.position:50} {', '.join(p.roles)}" for p in PEOPLE]
    return "\n".join([f"  Demo people (password of all: {PASSWORD})", *rows])


def ensure(work: Work, *, with_letters: bool = True) -> None:
    """Make the office unless it is there already."""
    if work.session.scalars(select(Office.id).limit(1)).first() is not None:
        return
    offices = _offices(work)
    made = {sketch.login: _person(work, sketch, offices[sketch.office]) for sketch in PEOPLE}
    _certify(work, made["rina"], [made["sari"], made["hadi"]])
    if with_letters:
        _number_patterns(as_person(work, made["admin"]), offices["SETDA"])
        _letters(as_person(work, made["budi"]), offices["SETDA"], made["sari"])


def as_person(work: Work, person: Person) -> Work:
    """The same work, done by somebody."""
    return replace(work, actor=person)


def secret_of(person: Person) -> bytes:
    """What the person's log-in would derive from the password."""
    return key_vault.derive(PASSWORD, person.vault_salt)


def _offices(work: Work) -> dict[str, Office]:
    top = people.found_office(work, parent=None, code="PEMKAB", name="Pemerintah Kabupaten Solok")
    below = {
        "SETDA": "Sekretariat Daerah",
        "KOMINFO": "Dinas Komunikasi dan Informatika",
        "DIKPORA": "Dinas Pendidikan",
        "KEC-GT": "Kecamatan Gunung Talang",
    }
    made = {"PEMKAB": top}
    for code, name in below.items():
        made[code] = people.found_office(work, parent=top, code=code, name=name)
    return made


def _person(work: Work, sketch: Sketch, office: Office) -> Person:
    person = people.found(
        work, office, email=f"{sketch.login}@solok.example", name=sketch.name, position=sketch.position,
        rank=sketch.rank, nip=sketch.nip, title_after=sketch.title_after, roles=list(sketch.roles),
    )  # fmt: skip
    accounts.set_password(person, PASSWORD)
    second_factor.begin(work, person)
    person.second_factor.confirmed_at = work.now
    return person


def _certify(work: Work, registrar: Person, officials: list[Person]) -> None:
    """The whole ceremony, as people would do it: identity, key, comparison, certificate."""
    ceremony = ceremonies.create(work)
    by_registrar = as_person(work, registrar)
    authority.claim(by_registrar, ceremony.registrar_code, secret_of(registrar))
    for official in officials:
        keys.verify_identity(
            by_registrar, official, documents="KTP elektronik, SK jabatan", method="tatap_muka", note="Data contoh"
        )
        key = keys.create(as_person(work, official), secret_of(official), "vault")
        keys.issue(by_registrar, key, keys.control_code(key), secret_of(registrar))


SKETCHES = (
    ("undangan.pdf", "000.1.5/118/UM-2026", "Undangan Rapat Koordinasi SPBE", "000.1.5", Urgency.PROMPT,
     "Kepala Perangkat Daerah se-Kabupaten Solok", True),
    ("edaran.pdf", "000.8.3.4/119/OR-2026", "Kewajiban Penggunaan Tanda Tangan Elektronik bagi Perangkat Daerah",
     "000.8.3.4", Urgency.NORMAL, "Seluruh Perangkat Daerah", True),
    ("tugas.pdf", "800.1.11.1/120/UM-2026", "Surat Tugas Mengikuti Bimbingan Teknis TTE di Arosuka", "800.1.11.1",
     Urgency.IMMEDIATE, "Pegawai yang ditugaskan", False),
)  # fmt: skip


def _number_patterns(work: Work, office: Office) -> None:
    """The book goes on where a paper one came."""
    numbers.start(work, office, year=2026, last=117)
    for name, unit in (("Surat dinas, Bagian Umum", "UM"), ("Surat dinas, Bagian Organisasi", "OR")):
        number_patterns.create(work, office, name=name, pattern="{klasifikasi}/{urut}/" + unit + "-{tahun}")


def _letters(work: Work, office: Office, signer: Person) -> list[Letter]:
    """Two letters wait for Sari; one is still a draft."""
    made = []
    for file, number, subject, classification, urgency, addressee, is_submitted in SKETCHES:
        taken = intake.examine(work.config, (LETTERS / file).read_bytes(), file)
        facts = {
            "number": number, "subject": subject, "classification": classification, "urgency": urgency,
            "confidentiality": Confidentiality.NORMAL, "addressee": addressee,
            "dated_on": date(2026, 11, 23),
        }  # fmt: skip
        letter = letters.create(work, office, signer, taken, facts)
        if is_submitted and taken.suggestion:
            place = {name: value for name, value in taken.suggestion.items() if name != "by"}
            letters.place_mark(work, letter, marks.draw(work.config, letter, signing.Placement(**place)))
            letters.submit(replace(work, now=work.now - timedelta(hours=3)), letter)
        made.append(letter)
    return made
