"""What a PDF must be to enter: facts about it, warnings, and the reasons for which it is refused.

The looking itself happens in a confined child (examinations.py); here are the limits, the values and the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from signing.child import Allowance, Answer, call
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
    "change_forbidden",
    "script",
    "reaching_script",
    "actions",
    "launch_action",
    "media",
    "embedded_file",
    "xfa",
    "xfa_only",
    "forms",
    "external_content",
    "optional_content",
    "print_differs",
    "usage_rights",
    "ambiguous",
    "certified",
    "signature_broken",
)
REPAIRS = (  # every code in Examination.repairs: what was done to the upload before it may be signed
    "rebuilt",
    "decrypted",
    "junk_removed",
    "script",
    "actions",
    "embedded_file",
    "xfa",
    "usage_rights",
    "layers",
    "forms",
    "annotations",
    "page_added",
    "shadow",
    "ambiguous",
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
    "no_letterhead",
    "mixed_sizes",
    "several_blocks",
)
MENTIONS = ("stated", "numbers", "dates")  # what an examination reads in the text
_HEADER_WITHIN = 1024
_MEMORY = 800 << 20  # with the parent, under a gigabyte


@dataclass(frozen=True)
class Limits:
    """What is taken. Sides in points; `max_decoded` is bytes of one unpacked stream, `seconds` processor time."""

    max_bytes: int = 20_000_000
    max_pages: int = 1_000
    min_side: float = 110.0  # below that no legible mark fits
    max_side: float = 14_400.0  # ISO 32000-1, annex C
    max_decoded: int = 256_000_000
    seconds: int = 6
    patience: float = 7.5  # by the clock on the wall: an answer within ten seconds, whatever the file


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
    """All that an upload needs to know, from one child.

    `pdf` is the file to sign and `facts`, `mentions` and `text` are of it: the upload itself, or, where `repairs` says
    what was done, a copy. `mentions`: the number "stated" as its own, all "numbers" (as leaves.normalise_number) and
    "dates" (ISO) that its text names, up to 40 each. `text` is in the file's own order, cut at texts.MOST_TEXT
    characters: to be searched, not shown. `blanks`: how often each of the named groups of tags stands in it.
    """

    facts: PdfFacts
    tags: tuple[Placement, ...]
    suggestion: Placement | None
    pdf: bytes
    repairs: tuple[str, ...] = ()
    mentions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    text: str = ""
    blanks: Mapping[str, int] = field(default_factory=dict, hash=False)


def inspect(pdf: bytes, limits: Limits | None = None) -> PdfFacts:
    """Facts about what may be signed of `pdf`: itself or its repaired copy. Raises BadDocument as examine."""
    return examine(pdf, limits).facts


def examine(
    pdf: bytes, limits: Limits | None = None, tags: Sequence[str] = (), size: tuple[float, float] | None = None,
    *, blanks: Mapping[str, Sequence[str]] | None = None,
) -> Examination:  # fmt: skip
    """Judge an upload and repair it where that helps; find_tags and suggest on the result: one child, about 0.3 s.

    `tags` as in find_tags, none looked for if empty; `size` of the mark in points, nothing suggested if None; `blanks`
    are further tags, by name, that are only counted.
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
        "blanks": {name: list(known) for name, known in (blanks or {}).items()},
    }
    answer = call("examine", pdf, arguments, Allowance(limits.seconds, limits.patience, _MEMORY))
    try:
        return _examination(answer, pdf)
    except (KeyError, TypeError, ValueError) as cause:
        raise BadDocument("broken", "no sensible answer") from cause


def _screen(pdf: bytes, limits: Limits) -> None:
    """What the bytes alone say, before anybody parses them."""
    if len(pdf) > limits.max_bytes:
        raise BadDocument("too_large", f"{len(pdf)} bytes")
    if pdf.find(b"%PDF-", 0, _HEADER_WITHIN) < 0:
        raise BadDocument("not_pdf")


def _examination(answer: Answer, upload: bytes) -> Examination:
    """Values from the child, each made what it should be."""
    values = answer.values
    repairs = tuple(name for name in REPAIRS if name in values["repairs"])
    (pdf,) = answer.parts or (upload,)
    if bool(repairs) != bool(answer.parts) or (repairs and not pdf.startswith(b"%PDF-")):
        raise ValueError("a repair without a file, or a file without a reason")
    facts = PdfFacts(
        pages=int(values["pages"]),
        sha256=sha256(pdf).hexdigest(),
        signatures=int(values["signatures"]),
        sizes=tuple((float(width), float(height)) for width, height in values["sizes"]),
        warnings=tuple(name for name in WARNINGS if name in values["warnings"]),
    )
    tags = tuple(Placement.of(entry) for entry in values["tags"])
    suggestion = values["suggestion"]
    mentions = {name: tuple(str(text)[:80] for text in values["mentions"][name][:40]) for name in MENTIONS}
    place, text = Placement.of(suggestion) if suggestion else None, str(values["text"])
    blanks = {str(name): int(count) for name, count in values["blanks"].items()}
    return Examination(facts, tags, place, pdf, repairs, mentions, text, blanks)


def read_text(pdf: bytes) -> str:
    """The text of a file that examine accepted earlier, as in Examination.text. Raises BadDocument."""
    return str(call("read_text", pdf, None, Allowance(memory=_MEMORY)).values)
