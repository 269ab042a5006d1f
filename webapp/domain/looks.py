"""What somebody saw when he acted on a letter, kept with the act itself. What changed since is domain/changes.py."""

from __future__ import annotations

from sqlalchemy import select

from webapp.domain.work import Work
from webapp.models import Act, Letter, Look


def record(work: Work, letter: Letter, act: Act) -> None:
    """Keep what the actor has before him, in the transaction in which he acts on it."""
    seen = Look(
        letter_id=letter.id, person_id=work.person.id, version_id=letter.version.id, sha256=shown_file(letter),
        facts=facts_of(letter), act=act, at=work.now,
    )  # fmt: skip
    work.session.add(seen)


def last(work: Work, letter: Letter) -> Look | None:
    """The actor's last look at this letter; None for who has not acted on it."""
    if work.actor is None:
        return None
    query = select(Look).where(Look.letter_id == letter.id, Look.person_id == work.actor.id)
    return work.session.scalars(query.order_by(Look.id.desc()).limit(1)).first()


def files(work: Work, letter: Letter) -> set[str]:
    """Every file of this letter that somebody acted on."""
    return set(work.session.scalars(select(Look.sha256).where(Look.letter_id == letter.id).distinct()))


def shown_file(letter: Letter) -> str:
    """SHA-256 of the file that readers are shown before a signature, with its mark where that is placed; of several
    signers before the first: a signature that was added since is no change of the letter."""
    version = letter.version
    return (version.unsigned or {}).get("sha256") or version.prepared_sha256 or version.sha256


def facts_of(letter: Letter) -> dict[str, str]:
    """What the form says of the letter, as it is shown."""
    signer = "; ".join(", ".join(filter(None, (one.full_name, one.position))) for one in letter.signers)
    return {
        "number": letter.number, "subject": letter.subject, "addressee": letter.addressee,
        "dated_on": letter.dated_on.isoformat(), "signer": signer, "classification": letter.classification,
        "urgency": str(letter.urgency), "confidentiality": str(letter.confidentiality),
    }  # fmt: skip
