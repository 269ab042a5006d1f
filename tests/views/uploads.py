"""What tests of drafting send (the demo's real letters, a file that is refused), and looking at what came of it."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.demo.office import LETTERS
from webapp.models import Letter, Person


def demo(name: str = "undangan.pdf") -> tuple[BytesIO, str]:
    return BytesIO((LETTERS / name).read_bytes()), name


def text() -> tuple[BytesIO, str]:
    return BytesIO(b"Ini bukan PDF"), "surat.docx"


def look_again(session: Session, thing: object) -> None:
    """What the requests made of it. Nothing stays open: on SQLite there is one writer."""
    session.refresh(thing)
    session.commit()


def only_letter(session: Session) -> Letter:
    found = session.scalars(select(Letter)).one()
    session.commit()
    return found


def has_letters(session: Session) -> bool:
    count = session.scalar(select(func.count(Letter.id)))
    session.commit()
    return bool(count)


def facts_for(signer: Person, session: Session) -> dict[str, object]:
    """What a drafter types beside the file. Nothing stays open: requests write too."""
    known = {
        "number": "000.1.5/7/UM-2026", "subject": "Undangan  Rapat", "classification": "000.1.5", "urgency": "segera",
        "confidentiality": "biasa", "addressee": "Camat se-Kabupaten Solok", "dated_on": "2026-11-24",
        "signer_id": signer.id, "office_id": next(m.office_id for m in signer.memberships),
    }  # fmt: skip
    session.commit()
    return known
