"""An uploaded file before it is anybody's letter: examined in a limited child process, outside every transaction."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer

import signing
from signing import conversion
from webapp.config import Config
from webapp.domain import documents, vault
from webapp.domain.errors import NotFound
from webapp.domain.marks import MARK_SIZE
from webapp.domain.work import Work

TAG_INSET = 2.0  # points
KEPT_FOR = timedelta(hours=1)
TAG = re.compile(r"\$\{\w{2,40}\}")  # as SRIKANDI writes them
_BYTES = {"pdf", "original", "text"}
PATIENCE = 20.0  # seconds: on a busy server a letter is not called too complex


@dataclass(frozen=True)
class Intake:
    """A judged upload. `pdf` goes on to be signed; `original` is the upload itself, where that is another."""

    pdf: bytes
    filename: str
    sha256: str
    pages: int
    page_sizes: list[list[float]]  # points, as displayed
    warnings: tuple[str, ...]
    repairs: tuple[str, ...]  # codes of what was done to the upload
    original: bytes | None
    original_sha256: str | None
    mentions: dict[str, list[str]]  # numbers and dates that the text names, as signing.Examination
    text: str  # of all pages, to be searched
    text_sha256: str | None  # None: no text
    suggestion: dict | None  # where the mark could go, and by what: {"by": "tag" | "space", page, x, y, width, height}
    source_sha256: str | None = None  # of what was typed, where the file was written here
    kind: str = ""  # the letter type, where it was written here
    is_practice: bool = False  # marked LATIHAN on every page
    # Tags for number and date: the file with them, how many of each kind, and what was written in their place.
    blank_sha256: str | None = None
    blanks: dict[str, int] = field(default_factory=dict)
    inscribed: dict[str, str] = field(default_factory=dict)


def examine(config: Config, pdf: bytes, filename: str) -> Intake:
    """Judge an upload. Raises BadDocument with the code of what is wrong; takes seconds, holds no lock."""
    limits = signing.Limits(max_bytes=config.max_upload_bytes, max_pages=config.max_pages, patience=PATIENCE)
    found = signing.examine(pdf, limits, config.tags, MARK_SIZE, blanks=tags(config))
    facts = found.facts
    remarks = {"several_tags": len(found.tags) > 1, "unknown_tag": _is_left(config, found.text)}
    return Intake(
        pdf=found.pdf,
        filename=filename,
        sha256=facts.sha256,
        pages=facts.pages,
        page_sizes=[list(size) for size in facts.sizes],
        warnings=(*facts.warnings, *(code for code, is_so in remarks.items() if is_so)),
        repairs=found.repairs,
        mentions={kind: list(texts) for kind, texts in found.mentions.items()},
        original=pdf if found.repairs else None,
        original_sha256=hashlib.sha256(pdf).hexdigest() if found.repairs else None,
        text=found.text,
        text_sha256=hashlib.sha256(found.text.encode()).hexdigest() if found.text.strip() else None,
        suggestion=_suggestion(found),
        blank_sha256=facts.sha256 if found.blanks else None,
        blanks=dict(found.blanks),
    )


def tags(config: Config) -> dict[str, tuple[str, ...]]:
    """The tags that a letter's number and date are written at, by kind."""
    return {"number": config.number_tags, "date": config.date_tags}


def _is_left(config: Config, text: str) -> bool:
    """Whether a template's tag stands there that nobody here fills."""
    known = {*config.tags, *config.number_tags, *config.date_tags}
    return any(tag not in known for tag in TAG.findall(text))


def converts() -> bool:
    """Whether this machine makes PDFs of DOCX and ODT."""
    return conversion.program() is not None


def as_pdf(upload: bytes) -> bytes:
    """The upload, or the PDF made of a DOCX or ODT: seconds, and no lock is held. Raises BadDocument."""
    return conversion.convert(upload) if conversion.kind(upload) else upload


def for_practice(config: Config, taken: Intake) -> Intake:
    """The same upload with LATIHAN across every page, judged anew. The untouched upload is not kept.

    Raises BadDocument: what others signed cannot be marked. Takes seconds, holds no lock.
    """
    return as_practice(examine(config, signing.watermark(taken.pdf), taken.filename))


def as_practice(marked: Intake) -> Intake:
    """A file that was marked before it was examined, as the file of a practice letter."""
    return replace(marked, is_practice=True, original=None, original_sha256=None, repairs=())


def store(config: Config, intake: Intake) -> None:
    """Keep the bytes of an upload durably, before any row names them."""
    documents.put(config, intake.pdf)
    if intake.original is not None:
        documents.put(config, intake.original)
    if intake.text_sha256 is not None:
        documents.put(config, intake.text.encode())


def keep(work: Work, intake: Intake) -> str:
    """Store an examined upload that is no letter yet, and return the token by which the same person finds it again.

    It holds for KEPT_FOR, so that a form that comes back does not ask for the file, and examine nothing, twice.
    """
    store(work.config, intake)
    known = {field.name: getattr(intake, field.name) for field in fields(Intake) if field.name not in _BYTES}
    return _tokens(work).dumps(known | {"until": int((work.now + KEPT_FOR).timestamp())})


def kept(work: Work, token: str) -> Intake | None:
    """The upload of a token, or None when it is another person's, forged or too old."""
    try:
        known = _tokens(work).loads(token)
        if known.pop("until") < work.now.timestamp():
            return None
        pdf = documents.get(work.config, known["sha256"])
        original = documents.get(work.config, known["original_sha256"]) if known["original_sha256"] else None
        text = documents.get(work.config, known["text_sha256"]).decode() if known["text_sha256"] else ""
    except (BadData, NotFound, KeyError):  # a token from before the last release knows of no text
        return None
    lists = {name: tuple(known[name]) for name in ("warnings", "repairs")}
    return Intake(pdf=pdf, original=original, text=text, **known | lists)


def _tokens(work: Work) -> URLSafeSerializer:
    # Bound to the person: a token that leaks opens nobody else's file.
    return URLSafeSerializer(vault.subkey(work.config, "upload"), salt=f"upload {work.person.id}")


def _suggestion(found: signing.Examination) -> dict | None:
    """Exactly one tag says where; with several, or none, free space by the signature block is proposed."""
    if len(found.tags) == 1:
        tag = found.tags[0]
        return {"by": "tag", **asdict(_at(tag, found.facts.sizes[tag.page - 1]))}
    return {"by": "space", **asdict(found.suggestion)} if found.suggestion else None


def _at(tag: signing.Placement, page: tuple[float, float]) -> signing.Placement:
    """A mark that begins where the tag begins, and covers it; moved back where it would leave the page."""
    width, height = MARK_SIZE
    x = max(0.0, min(tag.x - TAG_INSET, page[0] - width))
    y = max(0.0, min(tag.y - TAG_INSET, page[1] - height))
    return signing.Placement(tag.page, x, y, width, height)
