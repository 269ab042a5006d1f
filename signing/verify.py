"""What a signed file proves. One question, one answer: verify(pdf, trust).is_valid, or .verdict in a word.

    1. read strictly; leniently only what strict reading refuses, since uploads with small faults get signed too
    2. every filled signature field must be a signature that we understand; none may have been taken out
    3. each byte range must be one gap, exactly its own /Contents, from the first byte on (against USF, SWA)
    4. pyHanko judges digest, signature, chain, usage, algorithms and every later revision (against ISA, shadow
       attacks): its bottom_line is the verdict, never its parts; the parts only choose the problem's code
    5. after a signature only further signatures, time-stamps and their evidence may follow: no annotation, no
       filled field, no mark over what was signed (against EAA, SSA), whatever its DocMDP would allow. changes.py
       compares the revisions by itself, and names what it finds
    6. the last signature must cover the whole file, but for a last revision of nothing but evidence (DSS, for LTA)

Sources: ETSI EN 319 102-1, ETSI EN 319 142-1, ISO 32000-2 (12.8); attacks: "1 Trillion Dollar Refund" (2019),
"Shadow Attacks" (2021), "Breaking the Specification: PDF Certification" (2021).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import archive, carried, changes, covering, embedded, judging, levels
from signing.chains import with_evidence
from signing.changes import Change, ChangeKind
from signing.errors import BadDocument, foreign
from signing.trust import Trust
from signing.verdicts import Coverage, Problem, ProblemCode, SignatureFacts, Verification


def verify(pdf: bytes, trust: Trust) -> Verification:
    """Judge all signatures of a file under this trust. Never raises for what the file holds; no network.

    Problems come in the order of the signatures; a file without signatures has the problem no_signature.
    For files of strangers call judgements.judge, which does the same in a confined child.
    """
    try:
        with foreign(BadDocument, "broken"):
            reader = embedded.read(pdf)
            signatures, problems = embedded.signatures(reader)
            if not signatures and not problems:
                return _unsigned(pdf)
            return _judged(pdf, reader, signatures, problems, trust)
    except BadDocument as error:
        unreadable = Verification((Problem(ProblemCode.UNREADABLE, error.detail),), (), (), embedded.holds_range(pdf))
    part = embedded.signed_part(pdf)
    return _with_tail(verify(part, trust)) if part is not None else unreadable


def _unsigned(pdf: bytes) -> Verification:
    """Nothing to judge; unless a signature was there and a later revision hides it."""
    part = embedded.signed_part(pdf)
    if part is None:
        return Verification((Problem(ProblemCode.NO_SIGNATURE),), (), holds_range=embedded.holds_range(pdf))
    change = Change("", ChangeKind.SIGNATURE_REMOVED, False, end=len(part))
    return Verification((Problem(ProblemCode.SIGNATURE_REMOVED),), (), (change,), holds_range=True)


def _with_tail(signed: Verification) -> Verification:
    """Bytes were appended that make the file unreadable: what was signed is judged by itself, the tail is a change."""
    last = signed.signatures[-1] if signed.signatures else None
    if last is None:
        return signed
    tail = Problem(ProblemCode.NOT_WHOLE_FILE, "bytes that nobody can read follow the last signature", last.field)
    cut = replace(last, covers=Coverage.REVISION)
    change = Change(last.field, ChangeKind.BYTES, False, end=sum(last.byte_range[2:4]))
    return replace(
        signed,
        problems=(*signed.problems, tail),
        signatures=(*signed.signatures[:-1], cut),
        changes=(*signed.changes, change),
    )


def _judged(
    pdf: bytes, reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], problems: list[Problem], trust: Trust
) -> Verification:
    judged = _in_time(pdf, reader, signatures, trust)
    named = _changes(pdf, signatures, judged)
    covered = covering.problems(pdf, [entry for entry in signatures if _end(judged, entry)])
    whole = list(_whole(pdf, signatures, judged))
    judged = [
        replace(entry, problems=(*entry.problems, *_later(reader, signature, entry, named, covered)))
        for signature, entry in zip(signatures, judged, strict=True)
    ]
    named += _unnamed(judged, named)
    if judged and all(entry.kind == "timestamp" for entry in judged):  # anybody gets those, for any file
        problems = [*problems, Problem(ProblemCode.NO_SIGNATURE, "time-stamps only")]
    problems = [*problems, *(problem for entry in judged for problem in entry.problems), *whole]
    return Verification(tuple(problems), tuple(judged), tuple(named), holds_range=True)


def _in_time(
    pdf: bytes, reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], trust: Trust
) -> list[SignatureFacts]:
    """Judge from the last to the first: a document time-stamp that holds proves that all before it existed at its time.

    So the newest is asked about now, each earlier one about the time of the next, and a signature about the time of
    the first time-stamp on it: its certificate may have ended since, and a revocation after that time is none.
    """
    store = carried.in_catalog(reader.root)
    trust, later, judged = with_evidence(trust, store), [], []
    for signature in reversed(signatures):
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        at = max(trust.at, archive.time_of(signature)) if is_stamp else trust.at
        found = judging.judge(pdf, signature, replace(trust, at=at))
        if not is_stamp and found.is_valid:
            found = replace(found, level=levels.of(signature, found, later, store, trust))
        if later:
            found = replace(found, proven_at=min(trust.at, found.proven_at or trust.at))
        if is_stamp and found.is_valid:
            trust = replace(trust, at=min(trust.at, archive.time_of(signature)))
            later = [*later, signature]
        judged.append(found)
    return judged[::-1]


def _changes(pdf: bytes, signatures: list[EmbeddedPdfSignature], judged: list[SignatureFacts]) -> list[Change]:
    """Named changes after each signature whose range means something, in rising order."""
    ends = [(_end(judged, entry), entry.field_name) for entry in signatures]
    return changes.between(pdf, [(name, end) for end, name in sorted(ends) if end])


def _unnamed(judged: list[SignatureFacts], named: list[Change]) -> list[Change]:
    """Of a signature that pyHanko calls modified although nothing forbidden is seen: the pages that were touched."""
    found = []
    for entry in judged:
        end = sum(entry.byte_range[2:4])
        after = [change for change in named if change.end >= end]
        is_modified = any(problem.code is ProblemCode.MODIFIED for problem in entry.problems)
        if is_modified and after and all(change.permitted for change in after):
            pages = tuple(sorted({page for change in after for page in change.pages}))
            found.append(Change(entry.field, ChangeKind.DOCUMENT, False, pages, end=end))
    return found


def _end(judged: list[SignatureFacts], signature: EmbeddedPdfSignature) -> int:
    """Up to where the signature covers the file; 0 where its byte range is forged."""
    forged = any(
        problem.code is ProblemCode.FORGED_RANGE and problem.field == signature.field_name
        for entry in judged
        for problem in entry.problems
    )
    return 0 if forged else embedded.end_of(signature)


def _later(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    entry: SignatureFacts,
    named: list[Change],
    covered: list[Problem],
) -> Iterator[Problem]:
    """Step 5, beyond what pyHanko's policy asks: MODIFIED once for each signature, and COVERED."""
    end = embedded.end_of(signature)
    ours = [change for change in named if not change.permitted and change.end >= end]
    detail = ", ".join(dict.fromkeys(change.kind.value for change in ours)) or _by_pyhanko(reader, signature)
    only_bytes = bool(ours) and all(change.kind is ChangeKind.BYTES for change in ours)
    if detail and not only_bytes and not any(problem.code is ProblemCode.MODIFIED for problem in entry.problems):
        pages = tuple(sorted({page for change in ours for page in change.pages}))
        yield Problem(ProblemCode.MODIFIED, f"after signing: {detail}", entry.field, pages)
    yield from (problem for problem in covered if problem.field == entry.field)


def _by_pyhanko(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> str:
    result = signature.diff_result
    level = getattr(result, "modification_level", ModificationLevel.OTHER)
    if level.value > ModificationLevel.FORM_FILLING.value:
        return f"changes of level {level.name}"
    fields = {name for name, _, _ in enumerate_sig_fields(reader)}
    return "form" if set(result.changed_form_fields) - fields else ""


def _whole(pdf: bytes, signatures: list[EmbeddedPdfSignature], judged: list[SignatureFacts]) -> Iterator[Problem]:
    if any(entry.covers_whole_file for entry in judged):
        return
    level = getattr(signatures[-1].diff_result, "modification_level", None) if signatures else None
    if level is ModificationLevel.LTA_UPDATES and pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        return  # appended bytes that form no revision have the level NONE and do not pass here
    if judged:
        yield Problem(ProblemCode.NOT_WHOLE_FILE, "bytes follow the last signature", judged[-1].field)
