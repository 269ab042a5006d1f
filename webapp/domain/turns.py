"""Several signers of one letter: whose turn it is, the file that is prepared for him, and what ends it before the last.

`letter.signer` is whose turn it is, and `version.prepared_sha256` the file that waits for his signature: it ends with
those made before. So whatever a single signer's approval asks, holds and shows is right for each of several too.
Nothing is appended between two signatures, no time-stamp either: the next signer would extend another file than he
read, and a dead time-stamp authority would stop him. So the archive stamp, which proves them all, follows the last.
"""

from __future__ import annotations

from dataclasses import dataclass

import signing
from webapp.config import Config
from webapp.domain import audit, documents, gatherings, handovers, marks, outbox, permissions, steps
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Mandate, Person, Signature, Step, StepState, Version
from webapp.models.mandate import Outcome

# Of a version whose file begins anew without the signatures that were made on it.
SAME_FILE = (
    "filename", "sha256", "original_sha256", "repairs", "bytes", "pages", "page_sizes", "warnings", "mentions",
    "suggestion", "placement", "later_placements", "covered_text", "text_sha256", "uploaded_by_id",
    "source_sha256", "blank_sha256", "blanks", "inscribed",
)  # fmt: skip
ENDED = N_(
    "Sertifikat %(name)s berakhir atau dicabut sesudah ia menandatangani, jadi tanda tangannya tidak dapat dibuktikan "
    "lagi. Kembalikan surat ini agar ditandatangani ulang."
)


@dataclass(frozen=True)
class Following:
    """Who signs next, and what preparing his file needs, so that no transaction is open meanwhile."""

    person_id: int
    name: str
    reason: str
    turn: signing.Turn
    is_reserved: bool  # the file has an empty field for him


def following(work: Work, letter: Letter) -> Following | None:
    """Who signs after the one whose turn it is; None where he is the last. Costs a single signer nothing."""
    if letter.is_last_turn:
        return None
    return _of(work.config, letter, next(one.person for one in remaining(letter) if one.person is not letter.signer))


def remaining(letter: Letter) -> list[Step]:
    """The signatures that are still to be made, in their order."""
    return [step for step in letter.signing_steps if step.state in (StepState.OPEN, StepState.WAITING)]


def _of(config: Config, letter: Letter, person: Person, mandate: Mandate | None = None) -> Following:
    version = letter.version
    holes = (version.unsigned or {}).get("holes") or version.prepared_holes or {}
    turn, name = marks.turn(config, letter, person, mandate), (mandate.deputy if mandate else person).full_name
    return Following(person.id, name, marks.reason(letter, mandate), turn, bool(holes.get("certifies")))


def prepare(config: Config, next_one: Following, pdf: bytes) -> signing.Prepared:
    """The signed file with the next signer's mark and a place for his signature; durable when it returns."""
    words = {"name": next_one.name, "reason": next_one.reason, "location": config.instance_name}
    turn = next_one.turn
    if next_one.is_reserved:
        made = signing.prepare_turn(pdf, turn, **words)
    else:  # others signed the upload before: there each adds a field of his own
        made = signing.prepare(pdf, turn.stamp, turn.placement, field=turn.field, **words)
    documents.put(config, made.pdf)
    return made


def go_on(
    work: Work, letter: Letter, next_one: Following, waiting: signing.Prepared, *, batch_id: int | None = None
) -> None:  # fmt: skip
    """Hand the letter to its next signer, in the transaction of the signature before: it never waits for nobody.
    batch_id: of the list that was approved at once, whose letters he is told of as one."""
    step = next(step for step in remaining(letter) if step.person_id == next_one.person_id)
    was_open = step.state == StepState.OPEN
    steps.give_turn(letter, step, waiting)
    letter.version.turn += 1
    letter.signed_before += 1
    steps.touch(work, letter)
    work.session.flush()
    outbox.add(work, "pages", letter_id=letter.id)
    group = gatherings.group_of(work, letter, batch_id)
    if was_open:
        gatherings.ask(work, letter, step, marks.control_code(letter), group)
    steps.advance(work, letter, group=group)


def prepare_for(work: Work, letter: Letter) -> signing.Prepared:
    """The file as the actor would sign it now, in a place that another may sign in too. Holds no lock."""
    permissions.require(work, Action.TAKE_TURN, letter)
    return prepared_for(work.config, letter, work.person)


def prepared_for(
    config: Config, letter: Letter, official: Person, mandate: Mandate | None = None
) -> signing.Prepared:  # fmt: skip
    """The file as this signer, or his deputy, would sign it now, after the signatures so far; durable."""
    signed = newest_file(letter)
    if signed is None:
        return marks.prepare_first(config, letter, official, mandate)
    return prepare(config, _of(config, letter, official, mandate), documents.get(config, signed))


def take(work: Work, letter: Letter, waiting: signing.Prepared, *, revision: int) -> None:
    """Have the letter prepared for the actor in place of another whose turn it is too; who read it for him reads it
    again, and a deputy takes it over again. Raises Conflict when the letter was changed meanwhile."""
    steps.lock(work, letter)
    permissions.require(work, Action.TAKE_TURN, letter)
    if letter.revision != revision:
        raise Conflict
    handovers.release(work, letter, Outcome.GIVEN_BACK)
    before = letter.version.prepared_sha256
    steps.give_turn(letter, next(one for one in remaining(letter) if one.person is work.person), waiting)
    steps.touch(work, letter)
    work.session.flush()
    audit.record(work, Event.TURN_TAKEN, letter, sha256=waiting.sha256, before=before, version=letter.version_number)
    outbox.add(work, "pages", letter_id=letter.id)


def begin_anew(work: Work, letter: Letter) -> None:
    """Back to the first signer's turn. Signatures that were made stay on the old version, which nobody signs on with;
    a new one of the same file begins without any."""
    if letter.signer_count == 1:
        return
    version, made = letter.version, letter.signatures
    letter.signer = letter.signing_steps[0].person
    if version.unsigned is None:
        return
    fresh = {"prepared_sha256": version.unsigned["sha256"], "prepared_holes": version.unsigned["holes"]}
    if not made:
        version.prepared_sha256, version.prepared_holes, version.unsigned = *fresh.values(), None
        return
    version.prepared_sha256, version.prepared_holes = made[-1].sha256, None  # what its page shows from now on
    letter.version_number += 1
    same = {name: getattr(version, name) for name in SAME_FILE}
    letter.versions.append(Version(number=letter.version_number, uploaded_at=work.now, **same, **fresh))
    work.session.flush()
    audit.record(work, Event.SIGNATURES_VOIDED, letter, version=version.number, sha256=made[-1].sha256)


def has_signed(work: Work, letter: Letter) -> bool:
    """Whether the actor's signature is one of those on the version in force."""
    return any(made.person_id == work.person.id for made in letter.signatures)


def find(work: Work, letter: Letter, approval_digest: str) -> Signature | None:
    """The actor's signature that this approval made, where it was made before."""
    work.session.expire(letter, ["all_signatures"])
    mine = (made for made in letter.all_signatures if made.person_id == work.person.id)
    return next((made for made in mine if made.approval_digest == approval_digest), None)


def require_standing(work: Work, letter: Letter) -> None:
    """Raise Conflict where a signature before can no longer be proven: no time-stamp says that it was made in time."""
    if letter.version.turn == 1:
        return
    for made in letter.signatures:
        certificate = made.certificate
        if certificate is not None and (
            certificate.revoked_at or certificate.suspended_at or certificate.not_after <= work.now
        ):
            raise Conflict(ENDED, name=made.signer_name)


def newest_file(letter: Letter) -> str | None:
    """SHA-256 of the file with the signatures so far, to be given out; None where nobody has signed."""
    if letter.signature is not None:
        return letter.signature.file_sha256
    made = letter.signatures
    return made[-1].sha256 if made else None
