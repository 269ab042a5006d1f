"""What a leaf of the log says: hashes, a kind and a time; no subject, no name, no number in clear.

The bytes are text, one `name value` a line, in this order; signing/README.md has the vectors.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import UTC, datetime

VERSION = "teken-leaf/v1"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z][a-z-]{0,30}")
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Leaf:
    """One line a field. Digests are SHA-256 in hex; "-" where there is none."""

    kind: str  # signature, revocation, replacement, and later ones
    time: str  # when it was written down, UTC; never before the leaf in front of it
    file: str  # of the signed file
    number: str  # number_digest of the letter's number
    certificate: str  # of the signer's certificate, DER: who looks for an official finds him by it
    code: str  # code_digest of the letter's code
    successor: str  # of a replacement: code_digest of the letter that took its place
    map: str  # root of the map by number (signing.sorted_map), this leaf counted in

    @property
    def data(self) -> bytes:
        lines = [VERSION, *(f"{field.name} {getattr(self, field.name)}" for field in fields(self))]
        return ("\n".join(lines) + "\n").encode()

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.time, _TIME).replace(tzinfo=UTC)


def parse(data: bytes) -> Leaf:
    """The leaf. Raises ValueError on anything but the one canonical writing."""
    lines = data.decode("ascii").split("\n")
    names = [field.name for field in fields(Leaf)]
    if lines[0] != VERSION or len(lines) != len(names) + 2:
        raise ValueError("not a leaf of this log")
    values = [line.removeprefix(f"{name} ") for name, line in zip(names, lines[1:-1], strict=True)]
    leaf = Leaf(*values)
    digests = (leaf.file, leaf.number, leaf.code, leaf.map)
    optional = (leaf.certificate, leaf.successor)
    is_sound = all(map(_DIGEST.fullmatch, digests)) and all(d == "-" or _DIGEST.fullmatch(d) for d in optional)
    if not is_sound or not _KIND.fullmatch(leaf.kind) or time_of(leaf.at) != leaf.time or leaf.data != data:
        raise ValueError("not a leaf of this log")
    return leaf


def time_of(at: datetime) -> str:
    """The one writing of a time: UTC with microseconds."""
    return at.astimezone(UTC).strftime(_TIME)


def normalise_number(number: str) -> str:
    """A letter number as everybody writes it: NFKC, without any white space, upper case, one kind of dash and slash.

    "000.1.5 / 12 / um–2026" and "000.1.5/12/UM-2026" are the same number. Zeros and full stops count.
    """
    text = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return re.sub(r"[\u2044\u2215\\]", "/", text)


def number_digest(number: str) -> str:
    """Without salt, so that whoever holds a number can look for it. Short numbers can be guessed: it hides little."""
    return _digest("number", normalise_number(number))


def code_digest(code: str) -> str:
    """Of the letter's code, normalised (signing.codes)."""
    return _digest("code", code)


def _digest(purpose: str, text: str) -> str:
    return hashlib.sha256(f"teken-{purpose}/v1\n{text}".encode()).hexdigest()
