"""The holder's photograph of the paper against the letter that its code names. Nothing is recorded or kept."""

from __future__ import annotations

import threading

from signing import comparison
from signing.comparison import Comparison
from webapp.domain import verification
from webapp.domain.errors import NotFound, TooMany
from webapp.domain.verification import Finding
from webapp.domain.work import Work

SLOTS = threading.BoundedSemaphore(1)  # of one process: strangers' photographs must not take the whole machine
PATIENCE = 3.0  # seconds; who waits longer holds a thread that an official needs
AGAIN = 60  # seconds
MOST_BYTES = 15_000_000  # a phone's own picture has 3 to 8 MB


def letter_file(work: Work, finding: Finding) -> bytes:
    """The signed file that a photograph may be compared with. Raises NotFound where its pages are not for everyone."""
    pdf = verification.public_file(work, finding)
    if pdf is None:
        raise NotFound
    return pdf


def known(finding: Finding) -> dict[str, tuple[str, ...]]:
    """What the office's records say of the letter, by kind: sought on the page as it is written there."""
    if finding.letter is None or finding.signature is None:
        return {}
    signatures = finding.letter.signatures
    return {
        "number": (finding.letter.number,), "name": tuple(made.signer_name for made in signatures),
        "addressee": (finding.letter.addressee,), "id": tuple(filter(None, [made.person.nip for made in signatures])),
    }  # fmt: skip


def compare(pdf: bytes, photo: bytes, facts: dict[str, tuple[str, ...]]) -> Comparison:
    """Seconds of computing in confined children: no transaction should be open.

    Raises TooMany where another photograph is being compared, BadDocument as signing.comparison does.
    """
    if not SLOTS.acquire(timeout=PATIENCE):
        raise TooMany(AGAIN)
    try:
        return comparison.compare(pdf, photo, facts)
    finally:
        SLOTS.release()
