"""What is sent to BSrE: the approved file with the office's seal in its QR code, durable before an attempt names it.

BSrE's keys sign whole letters and no QR codes, so the office's seal key does. ECDSA gives another seal each time: the
file cannot be made again, and what comes back is compared with exactly the one that was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import signing
from signing import marked
from signing.keys import SigningKey
from webapp.config import Config
from webapp.domain import documents, marks, service_keys
from webapp.domain.work import Work
from webapp.models import Letter


@dataclass(frozen=True)
class Unsealed:
    """What the sealing needs, so that it runs with no transaction open. `at`: the moment of the consent."""

    version_sha256: str
    holes: dict
    claim: signing.Claim = field(repr=False)
    seal_key: SigningKey | None = field(repr=False)  # None where no registrar has certified one: the address alone
    at: datetime


def begin(work: Work, letter: Letter) -> Unsealed:
    """Reads only. Call it once the official has consented: before that nothing may be sealed."""
    version, key = letter.version, service_keys.find_key(work, "seal")
    return Unsealed(version.prepared_sha256, version.prepared_holes, marks.claim(letter), key, work.now)


def seal(config: Config, unsealed: Unsealed) -> str:
    """Fill in the seal and keep the file durably; returns its SHA-256. Raises NotSignable."""
    pdf = documents.get(config, unsealed.version_sha256)
    prepared = signing.Prepared(pdf=pdf, sha256=unsealed.version_sha256, holes=unsealed.holes)
    return documents.put(config, marked.fill(prepared, unsealed.at, unsealed.claim, unsealed.seal_key))
