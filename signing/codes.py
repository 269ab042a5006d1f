"""Verification codes and control codes, in Crockford's base 32 (no I, L, O, U: nothing to confuse on paper).

A verification code is 12 characters, 60 random bits: a guess hits one of a million letters once in 10^12 tries.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", " -\u00a0\u2010\u2011\u2012\u2013\u2014\u2212_.\t\r\n")


def encode(number: int, length: int) -> str:
    """Write the lowest 5*length bits of `number` as `length` characters, most significant first."""
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))


def new_code() -> str:
    """Draw a verification code: 12 characters, 60 bits from the system's generator."""
    return encode(secrets.randbits(5 * LENGTH), LENGTH)


def normalise(text: str) -> str | None:
    """Read a code as people type it (any case, dashes, spaces, O for 0, I or L for 1); None if it is not one."""
    if len(text) > 64:
        return None
    code = text.translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    return code if len(code) == LENGTH and all(character in ALPHABET for character in code) else None


def display(code: str) -> str:
    """Group a code for reading: 8F3K-2M9Q-7XTD."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def control_code(digest_hex: str) -> str:
    """The first 20 bits of a hexadecimal digest as 4 characters: the same on notice, page and confirm sheet."""
    return encode(int(digest_hex[:5], 16), 4)
