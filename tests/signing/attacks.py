"""One builder for each public attack on PDF signatures. Each takes nothing and gives a file that must not be believed.

The victim is always a letter that Sari signed properly; the attacker can append to it or rewrite what no signature
covers, has certificates of his own making, and knows the verifier. Names: USF universal signature forgery, ISA
incremental saving, SWA signature wrapping (all 2019); EAA evil annotation, SSA sneaky signature (2021). This file has
the byte ranges; attacks_later.py what is appended, attacks_keys.py keys and certificates.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf

from tests.signing.office import signed

BROKEN, CHANGED, REVOKED, UNTRUSTED = "broken", "changed_after_signing", "revoked", "not_trusted"
NOTHING = "no_signature"
ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {}


def attack(verdict: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a builder under its own name with the verdict that it must get."""

    def register(build: Callable[[], bytes]) -> Callable[[], bytes]:
        ATTACKS[build.__name__] = build, verdict
        return build

    return register


def entry(name: str, new: bytes) -> bytes:
    """A new revision in which the signature dictionary has `new` for an entry: what it signs is untouched."""
    pdf = signed()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        number = document.Root.AcroForm.Fields[-1].V.objgen[0]
    start = pdf.index(b"%d 0 obj" % number)
    body = pdf[start : pdf.index(b"endobj", start)]
    value = rb"(\[[^\]]*\]|<[0-9a-fA-F]*>)"
    body = re.sub(rb"/%s\s*%s" % (name.encode(), value), new, body)
    tail = b"xref\n0 0\n%d 1\n%010d 00000 n \n" % (number, len(pdf) + 1)
    previous = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    root = re.findall(rb"/Root (\d+) 0 R", pdf)[-1]
    size = max(int(found) for found in re.findall(rb"/Size (\d+)", pdf))
    made = pdf + b"\n" + body + b"endobj\n"
    return made + tail + b"trailer\n<< /Root %s 0 R /Size %d /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        root, size, previous, len(made),
    )  # fmt: skip


# USF: the signature cannot be checked, and a careless viewer calls that valid


@attack(BROKEN)
def usf_contents_empty() -> bytes:
    return entry("Contents", b"/Contents <>")


@attack(BROKEN)
def usf_contents_zero() -> bytes:
    return entry("Contents", b"/Contents <00>")


@attack(BROKEN)
def usf_contents_null() -> bytes:
    return entry("Contents", b"/Contents null")


@attack(BROKEN)
def usf_contents_missing() -> bytes:
    return entry("Contents", b"")


@attack(BROKEN)
def usf_byte_range_missing() -> bytes:
    return entry("ByteRange", b"")


@attack(BROKEN)
def usf_byte_range_null() -> bytes:
    return entry("ByteRange", b"/ByteRange null")


@attack(BROKEN)
def usf_byte_range_negative() -> bytes:
    return entry("ByteRange", b"/ByteRange [0 -1 -2 -3]")


@attack(BROKEN)
def usf_byte_range_huge() -> bytes:
    return entry("ByteRange", b"/ByteRange [0 999999999 9999999999 99999999999]")


@attack(BROKEN)
def usf_byte_range_of_words() -> bytes:
    return entry("ByteRange", b"/ByteRange [(a) (b) (c) (d)]")


@attack(BROKEN)
def usf_byte_range_empty() -> bytes:
    return entry("ByteRange", b"/ByteRange []")


# ByteRange games and SWA: what is signed is not what is shown


@attack(BROKEN)
def range_that_begins_late() -> bytes:
    return _other_range(lambda a, b, c: [9, a, b, c])


@attack(BROKEN)
def range_with_three_parts() -> bytes:
    return _other_range(lambda a, b, c: [0, a, b, c - 10, b + c - 10, 10])


@attack(BROKEN)
def range_with_a_wider_gap() -> bytes:
    return _other_range(lambda a, b, c: [0, a - 4, b, c])


@attack(BROKEN)
def range_that_overlaps() -> bytes:
    return _other_range(lambda a, b, c: [0, b, a, c])


@attack(BROKEN)
def swa_in_the_padding() -> bytes:
    """The signature's own hexadecimal string is ended early; the attacker writes where its zeros were, unsigned."""
    pdf = signed()
    _, end, start, _ = byte_range(pdf)
    gap = pdf[end:start]
    content = gap[1:-1].rstrip(b"0")
    content += b"0" * (len(content) % 2)
    return pdf[:end] + (b"<" + content + b"> /Reason (dipalsukan)").ljust(len(gap)) + pdf[start:]


@attack(BROKEN)
def swa_range_around_more() -> bytes:
    """A second gap of the attacker's choosing behind the signature, while the signed bytes stay the same."""
    pdf = signed()
    _, end, start, rest = byte_range(pdf)
    return entry("ByteRange", f"/ByteRange [0 {end} {start} {rest} {start + rest} 0]".encode())


def byte_range(pdf: bytes) -> list[int]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [int(number) for number in document.Root.AcroForm.Fields[-1].V.ByteRange]


def _other_range(change: Callable[[int, int, int], list[int]]) -> bytes:
    _, end, start, rest = byte_range(signed())
    numbers = " ".join(map(str, change(end, start, rest)))
    return entry("ByteRange", f"/ByteRange [{numbers}]".encode())
