"""Everything that is stored of a letter, so that disposal leaves nothing: whatever keeps more of one is added here."""

from __future__ import annotations

import hashlib
import json
import re

from sqlalchemy import or_, select, update

from webapp.domain import audit
from webapp.domain.work import Work
from webapp.models import (
    Confidentiality,
    Delegation,
    Delivery,
    Letter,
    Letterhead,
    Look,
    Merge,
    MergeRow,
    Recipient,
    RemoteSignature,
    Signature,
    Version,
)  # fmt: skip

SHA256 = re.compile(r"[0-9a-f]{64}")


def files(work: Work, letter: Letter) -> set[str]:
    """Digests of everything that is stored of the letter: by its rows, and by its trail of what was put in their place
    (marks placed again, older archived files)."""
    versions = [
        (
            v.sha256,
            v.original_sha256,
            v.prepared_sha256,
            v.text_sha256,
            v.source_sha256,
            v.blank_sha256,
            (v.unsigned or {}).get("sha256"),
        )
        for v in letter.versions
    ]
    signed = [(s.sha256, s.archived_sha256) for s in work.session.scalars(_of(Signature, letter))]
    remote = [(r.sent_sha256, r.sha256) for r in work.session.scalars(_of(RemoteSignature, letter))]
    held = work.session.execute(select(Delegation.prepared_sha256).where(Delegation.letter_id == letter.id))
    facts = [json.loads(entry.facts) for entry in audit.of_letter(work, letter)]
    trail = [
        tuple(told.get(name) for name in ("sha256", "original_sha256", "blank_sha256", "before")) for told in facts
    ]
    found = {sha256 for row in (*versions, *signed, *remote, *held, *trail) for sha256 in row if sha256}
    return {sha256 for sha256 in found if SHA256.fullmatch(sha256)}


def forget_words(work: Work, letter: Letter) -> str | None:
    """Take out of the rows what a letter said. -> the digest of its subject, where that is not kept."""
    for version in letter.versions:
        version.filename, version.covered_text, version.mentions = "", "", None
    letter.addressee = letter.reason = ""
    recipients = select(Recipient.id).where(Recipient.letter_id == letter.id)
    for statement in (
        update(MergeRow).where(MergeRow.letter_id == letter.id).values(values={}),
        update(Look).where(Look.letter_id == letter.id).values(facts=None),
        update(Delivery).where(Delivery.recipient_id.in_(recipients)).values(email="", nonce="", code_mac=""),
        update(Recipient).where(Recipient.letter_id == letter.id).values(name="", email=""),
    ):
        work.session.execute(statement)
    if letter.confidentiality == Confidentiality.NORMAL:
        return None
    # With the code, which only who has the paper knows: a short subject alone could be guessed.
    told = json.dumps([letter.code, letter.number, letter.subject], separators=(",", ":"), ensure_ascii=False)
    letter.subject = ""
    return hashlib.sha256(told.encode()).hexdigest()


def needed(work: Work, files: set[str]) -> set[str]:
    """Those of the files that a letter needs which was not disposed of."""
    columns = {
        Version: (
            Version.sha256,
            Version.original_sha256,
            Version.prepared_sha256,
            Version.text_sha256,
            Version.source_sha256,
            Version.blank_sha256,
        ),
        Signature: (Signature.sha256, Signature.archived_sha256),
        RemoteSignature: (RemoteSignature.sent_sha256, RemoteSignature.sha256),
    }
    found: set[str] = set()
    for model, named in columns.items():
        alive = select(*named).join(Letter, Letter.id == model.letter_id).where(Letter.disposed_at.is_(None))
        query = alive.where(or_(*(column.in_(files) for column in named)))
        found.update(sha256 for row in work.session.execute(query) for sha256 in row if sha256)
    for column in (Letterhead.emblem_sha256, Merge.template_sha256):  # no letter's own
        found.update(work.session.scalars(select(column).where(column.in_(files))))
    return found & files


def _of(model: type, letter: Letter):  # noqa: ANN202
    return select(model).where(model.letter_id == letter.id)
