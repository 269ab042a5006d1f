"""Whom a verification trusts and at what moment. Values only; verify.py does the work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Trust:
    """The only anchors (never the system's), helping certificates, revocation lists and the moment to judge at.

    All certificates and lists are DER. `at` is aware: now, or the time at which the signature is known from
    elsewhere to have existed. A list past its next update still revokes those on it. With `require_revocation` every
    certificate below a root needs a current list. `timestamp_roots_der` vouch for time-stamps alone: an authority for
    time certifies people that we know nothing of, and none of those may sign letters.
    """

    roots_der: tuple[bytes, ...]
    at: datetime
    others_der: tuple[bytes, ...] = ()
    crls_der: tuple[bytes, ...] = ()
    timestamp_roots_der: tuple[bytes, ...] = ()
    require_revocation: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an aware time is needed")
