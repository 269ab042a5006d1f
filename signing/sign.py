"""What the approval itself must do: put the time, the seal and the signature into a prepared file. About 0.23 ms.

The CMS is envelope.py's; here is the file around it.
"""

from __future__ import annotations

import re
from binascii import hexlify
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any

from signing import qr, seal
from signing.envelope import envelope
from signing.errors import NotSignable
from signing.keys import SigningKey
from signing.prepare import TIME_PLACEHOLDER, Prepared
from signing.seal import Claim

_SEAL = re.compile(rb"%seal (1[12]) ([!-~]{1,200})\n")


@dataclass(frozen=True)
class SignedPdf:
    """A signed file in two parts, so that a long letter is neither copied nor hashed again; `pdf` is both together.

    Level in the terms of ETSI EN 319 142-1; `sealed_by`: the certificate whose key made the seal.
    """

    beginning: memoryview  # of the prepared file, up to the first hole
    rest: bytes
    hashed: Any = field(repr=False)  # SHA-256 of the beginning, to go on from
    level: str = "B-B"
    sealed_by: bytes = b""

    @cached_property
    def pdf(self) -> bytes:
        return b"".join((self.beginning, self.rest))

    @cached_property
    def sha256(self) -> str:
        """In hexadecimal, of the whole file."""
        whole = self.hashed.copy()
        whole.update(self.rest)
        return whole.hexdigest()


def sign(
    prepared: Prepared, key: SigningKey, at: datetime, *, claim: Claim | None = None, seal_key: SigningKey | None = None
) -> SignedPdf:
    """Write `at` (aware; its own offset is shown), the seal and the signature into the holes; every other byte stays.

    The seal is made with `seal_key`, for custodians whose keys make signatures that fit no QR code; else with `key`.
    A sealed stamp without a claim gets a code that holds the address alone.
    Raises NotSignable: wrong_digest (the bytes are not those whose digest was approved), bad_holes, bad_time,
    too_large (CMS does not fit the reserved place); NotTrusted(bad_certificate); whatever the keys raise.
    """
    holes = _holes(prepared)
    first = min(start for start, _ in holes.values())
    beginning = memoryview(prepared.pdf)[:first]
    hashed = sha256(beginning)  # the whole upload: hashed once, for every digest below
    rest = bytearray(memoryview(prepared.pdf)[first:])
    _check(prepared, hashed.copy(), rest)
    places = {name: (start - first, end - first) for name, (start, end) in holes.items()}
    sealed_by = write_seal(rest, places["seal"], at, claim, seal_key or key) if "seal" in places else b""
    _fill(rest, places["time"], pdf_time(at))
    start, end = places["contents"]
    digest = hashed.copy()
    digest.update(memoryview(rest)[:start])
    digest.update(memoryview(rest)[end:])
    message = envelope(key.certificate_der, tuple(key.chain_der)).seal(digest.digest(), key)
    room = (end - start - 2) // 2
    if len(message) > room:
        raise NotSignable("too_large", f"{len(message)} bytes of CMS for {room} reserved")
    rest[start + 1 : start + 1 + 2 * len(message)] = hexlify(message)
    return SignedPdf(beginning, bytes(rest), hashed, sealed_by=sealed_by)


def write_seal(
    rest: bytearray, hole: tuple[int, int], at: datetime, claim: Claim | None, key: SigningKey | None
) -> bytes:
    """Fill in the QR code, with the seal where there is a claim; returns the certificate of its key, else nothing.

    Symbol and address stand in the approved bytes themselves. Raises NotSignable(bad_holes), whatever seal.make does.
    """
    match = _SEAL.match(rest, *hole)
    symbol = qr.symbol(int(match[1])) if match else None
    if match is None or symbol is None or hole[1] - hole[0] != symbol.room:
        raise NotSignable("bad_holes", "seal")
    address = match[2].decode("ascii")
    digits = seal.make(claim, address, int(match[1]), key, at) if claim and key else ""
    _fill(rest, hole, (symbol.path(address, digits) + b"f").ljust(symbol.room))
    return key.certificate_der if digits and key else b""


def _fill(rest: bytearray, hole: tuple[int, int], data: bytes) -> None:
    start, end = hole
    if len(data) != end - start:
        raise NotSignable("too_large", f"{len(data)} bytes for {end - start} reserved")
    rest[start:end] = data


def _check(prepared: Prepared, hashed: Any, rest: bytearray) -> None:
    hashed.update(rest)
    if hashed.hexdigest() != prepared.sha256:
        raise NotSignable("wrong_digest")


def pdf_time(at: datetime) -> bytes:
    """A PDF date string (ISO 32000-2, 7.9.4), always 25 bytes: (D:20261124201500+07'00')."""
    offset = at.utcoffset()
    if offset is None or not 1900 <= at.year <= 9999:
        raise NotSignable("bad_time", "an aware time is needed")
    minutes = round(offset.total_seconds() / 60)
    sign_, minutes = "-" if minutes < 0 else "+", abs(minutes)
    day, time = f"{at.year}{at.month:02d}{at.day:02d}", f"{at.hour:02d}{at.minute:02d}{at.second:02d}"
    return f"(D:{day}{time}{sign_}{minutes // 60:02d}'{minutes % 60:02d}')".encode("ascii")


def _holes(prepared: Prepared) -> dict[str, tuple[int, int]]:
    """Read the holes and check them against the bytes: a changed record must never make us sign something else."""
    pdf = prepared.pdf
    try:
        names = [name for name in ("seal", "time", "contents") if name in prepared.holes or name != "seal"]
        holes = {name: (int(prepared.holes[name][0]), int(prepared.holes[name][1])) for name in names}
    except (KeyError, IndexError, TypeError, ValueError) as cause:
        raise NotSignable("bad_holes", "unreadable") from cause
    start, end = holes["contents"]
    if not 0 < start < end < len(pdf) or pdf[start:end] != b"<" + b"0" * (end - start - 2) + b">":
        raise NotSignable("bad_holes", "contents")
    stated = b"/ByteRange [0 %d %d %d]" % (start, end, len(pdf) - end)
    if pdf.find(stated, end, end + 4096) < 0 and pdf.find(stated, max(0, start - 4096), start) < 0:
        raise NotSignable("bad_holes", "byte range")
    time_start, time_end = holes["time"]
    if pdf[time_start:time_end] != TIME_PLACEHOLDER:
        raise NotSignable("bad_holes", "time")
    places = sorted(holes.values())
    if places[0][0] < 0 or any(after[0] < before[1] for before, after in pairwise(places)):
        raise NotSignable("bad_holes", "overlapping")
    return holes
