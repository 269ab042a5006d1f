"""What a PDF must be to enter: facts about it, warnings, and the reasons for which it is refused.

The looking itself happens in a confined child (examinations.py); here are the limits, the values and the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from signing.child import Allowance, call
from signing.errors import BadDocument
from signing.places import Placement

REFUSALS = (  # every code with which BadDocument is raised here: the product has a sentence for each
    "not_pdf",
    "polyglot",
    "encrypted",
    "broken",
    "too_complex",
    "too_large",
    "too_many_pages",
    "no_pages",
    "page_too_small",
    "page_too_large",
    "script",
    "launch_action",
    "media",
    "embedded_file",
    "xfa",
    "external_content",
    "optional_content",
    "print_differs",
    "certified",
    "signature_broken",
)
WARNINGS = (  # every code in PdfFacts.warnings
    "already_signed",
    "annotations",
    "blank_page",
    "damaged",
    "forms",
    "links",
    "non_embedded_fonts",
    "no_text",
    "optional_content",
)
_HEADER_WITHIN = 1024


@dataclass(frozen=True)
class Limits:
    """What is taken. Sides in points; `max_decoded` is bytes of one unpacked stream, `seconds` processor time."""

    max_bytes: int = 20_000_000
    max_pages: int = 300
    min_side: float = 110.0  # below that no legible mark fits
    max_side: float = 14_400.0  # ISO 32000-1, annex C
    max_decoded: int = 256_000_000
    seconds: int = 6  # and one more for each megabyte


@dataclass(frozen=True)
class PdfFacts:
    """What is known of an accepted file. `sizes` are (width, height) of the pages as displayed, in points."""

    pages: int
    sizes: tuple[tuple[float, float], ...]
    sha256: str
    warnings: tuple[str, ...]
    signatures: int


@dataclass(frozen=True)
class Examination:
    """All that an upload needs to know, from one child."""

    facts: PdfFacts
    tags: tuple[Placement, ...]
    suggestion: Placement | None


def inspect(pdf: bytes, limits: Limits | None = None) -> PdfFacts:
    """Facts about `pdf`, if it may be signed as it is. Raises BadDocument with a code of REFUSALS."""
    return examine(pdf, limits).facts


def examine(
    pdf: bytes, limits: Limits | None = None, tags: Sequence[str] = (), size: tuple[float, float] | None = None
) -> Examination:
    """inspect, find_tags and suggest in one child: about a quarter of a second for a letter.

    `tags` as in find_tags, none looked for if empty; `size` of the mark in points, nothing suggested if None.
    Raises BadDocument with a code of REFUSALS.
    """
    limits = limits or Limits()
    _screen(pdf, limits)
    arguments = {
        "max_pages": limits.max_pages,
        "min_side": limits.min_side,
        "max_side": limits.max_side,
        "max_decoded": limits.max_decoded,
        "tags": list(tags),
        "size": list(size) if size else None,
    }
    seconds = limits.seconds + len(pdf) // 1_000_000
    values = call("examine", pdf, arguments, Allowance(seconds=seconds, patience=3.0 * seconds)).values
    try:
        return _examination(values, sha256(pdf).hexdigest())
    except (KeyError, TypeError, ValueError) as cause:
        raise BadDocument("broken", "no sensible answer") from cause


def _screen(pdf: bytes, limits: Limits) -> None:
    """What the bytes alone say, before anybody parses them."""
    if len(pdf) > limits.max_bytes:
        raise BadDocument("too_large", f"{len(pdf)} bytes")
    start = pdf.find(b"%PDF-", 0, _HEADER_WITHIN)
    if start < 0:
        raise BadDocument("not_pdf")
    # Bytes before or after make the same file something else to another reader: a page, an archive.
    if pdf[:start].strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadDocument("polyglot", f"{start} bytes before the header")
    end = pdf.rfind(b"%%EOF")
    if end >= 0 and pdf[end + 5 :].strip(b"\0 \t\r\n\f"):
        raise BadDocument("polyglot", f"{len(pdf) - end - 5} bytes after the end")


def _examination(values: Any, digest: str) -> Examination:
    """Values from the child, each made what it should be."""
    facts = PdfFacts(
        pages=int(values["pages"]),
        sha256=digest,
        signatures=int(values["signatures"]),
        sizes=tuple((float(width), float(height)) for width, height in values["sizes"]),
        warnings=tuple(name for name in WARNINGS if name in values["warnings"]),
    )
    tags = tuple(Placement.of(entry) for entry in values["tags"])
    suggestion = values["suggestion"]
    return Examination(facts, tags, Placement.of(suggestion) if suggestion else None)
