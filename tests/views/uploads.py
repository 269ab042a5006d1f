"""What tests of drafting send (the demo's real letters, a file that is refused), and looking at what came of it."""

from __future__ import annotations

import hashlib
from io import BytesIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.page import Page
from webapp.demo.office import LETTERS
from webapp.domain import transfers
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


def named(sha256: str, filename: str = "surat.pdf", field: str = "file") -> dict[str, str]:
    """What the form sends in the file's place."""
    return {f"{field}_transfer": sha256, f"{field}_filename": filename}


class Sender:
    """The requests of js/lib/transfers.js."""

    def __init__(self, page: Page) -> None:
        self.page, self.headers = page, {"X-CSRFToken": page.get("/settings").csrf_token()}

    def begin(self, upload: bytes) -> str:
        self.sha256 = hashlib.sha256(upload).hexdigest()
        answer = self.ask("POST", "/transfers", data={"sha256": self.sha256, "size": len(upload)})
        assert answer.status_code == 201
        return answer.headers["Location"]

    def piece(self, address: str, offset: int, data: bytes, status: int = 204) -> int:
        """-> where the server says the file has come to"""
        answer = self.ask("PATCH", address, data=data, headers={"Upload-Offset": str(offset)})
        assert answer.status_code == status, answer.text
        return int(answer.headers.get("Upload-Offset", -1))

    def whole(self, upload: bytes) -> str:
        address = self.begin(upload)
        for at in range(0, len(upload), transfers.PIECE):
            self.piece(address, at, upload[at : at + transfers.PIECE])
        return address.rpartition("/")[2]

    def ask(self, method: str, address: str, headers: dict | None = None, **kind: object):
        sent = self.headers | {"Accept": "application/json"} | (headers or {})
        return self.page.client.open(address, method=method, headers=sent, **kind)
