"""What a signed file proves. One question, one answer: verify(pdf, trust).is_valid.

    1. read strictly; leniently only what strict reading refuses, since uploads with small faults get signed too
    2. every filled signature field must be a signature that we understand
    3. each byte range must be one gap, exactly its own /Contents, from the first byte on (against USF, SWA)
    4. pyHanko judges digest, signature, chain, usage, algorithms and every later revision (against ISA, shadow
       attacks): its bottom_line is the verdict, never its parts; the parts only choose the problem's code
    5. after a signature only further signatures, time-stamps and their evidence may follow: no annotation, no
       filled field, no mark over text that was signed (against EAA, SSA), whatever its DocMDP would allow
    6. the last signature must cover the whole file, but for a last revision of nothing but evidence (DSS, for LTA)

Sources: ETSI EN 319 102-1, ETSI EN 319 142-1, ISO 32000-2 (12.8); attacks: "1 Trillion Dollar Refund" (2019),
"Shadow Attacks" (2021), "Breaking the Specification: PDF Certification" (2021).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from signing import archive, covering, revocation
from signing.errors import BadDocument, foreign
from signing.trust import Trust
from signing.verdicts import Problem, ProblemCode, SignatureFacts, Verification, facts

# Only a certificate for deliberate signatures signs letters: the server's own keys, under the same root, have
# digitalSignature alone, and a thief of database and configuration could use those.
_SIGNER_USAGE = KeyUsageConstraints(key_usage={"non_repudiation"})
# pyHanko's rules, but a second official's visible mark may follow a certifying signature with P=2, as ISO 32000-2
# allows; step 5 looks at what such a mark covers.
_RULES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(allow_new_visible_after_certify=True),
            SigFieldModificationRule(),
            GenericFieldModificationRule(),
        ]
    ),
)


def verify(pdf: bytes, trust: Trust) -> Verification:
    """Judge all signatures of a file under this trust. Never raises for what the file holds; no network.

    Problems come in the order of the signatures; a file without signatures has the problem no_signature.
    """
    try:
        with foreign(BadDocument, "broken"):
            reader, signatures = _read(pdf)
            problems = list(_understood(reader, signatures))
            judged = list(_in_time(pdf, reader, signatures, trust))
            problems += [problem for entry in judged for problem in entry.problems]
            problems += _whole(pdf, signatures, judged)
            problems += covering.problems(pdf, signatures) if not problems else []
    except BadDocument as error:
        return Verification((Problem(ProblemCode.UNREADABLE, error.detail),), ())
    return Verification(tuple(problems), tuple(judged))


def _in_time(
    pdf: bytes, reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], trust: Trust
) -> list[SignatureFacts]:
    """Judge from the last to the first: a document time-stamp that holds proves that all before it existed at its time.

    So the newest is asked about now, each earlier one about the time of the next, and a signature about the time of
    the first time-stamp after it: its certificate may have ended since, and a revocation after that time is none.
    """
    trust = replace(trust, crls_der=(*trust.crls_der, *archive.lists_of(reader)))
    has_evidence, judged = "/DSS" in reader.root, []
    for signature in reversed(signatures):
        is_stamp = signature.sig_object_type == "/DocTimeStamp"
        at = max(trust.at, archive.time_of(signature)) if is_stamp else trust.at
        found = _judge(pdf, reader, signature, replace(trust, at=at))
        if is_stamp and found.is_valid:
            trust = replace(trust, at=min(trust.at, archive.time_of(signature)))
        stamped = any(later.kind == "timestamp" and later.is_valid for later in judged)
        level = ("B-LTA" if has_evidence else "B-T") if stamped else "B-B"
        judged.append(replace(found, level=level, proven_at=trust.at if stamped else None))
    return judged[::-1]


def _read(pdf: bytes) -> tuple[PdfFileReader, list[EmbeddedPdfSignature]]:
    """Reader and signatures; lenient for hybrid-reference files and for faults that most producers' files have."""
    try:
        with foreign(BadDocument, "broken"):
            reader = PdfFileReader(BytesIO(pdf), strict=True)
            if not reader.xrefs.hybrid_xrefs_present:
                return reader, list(reader.embedded_signatures)
    except BadDocument:
        pass  # the lenient reader has the last word
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    return reader, list(reader.embedded_signatures)


def _understood(reader: PdfFileReader, signatures: list[EmbeddedPdfSignature]) -> Iterator[Problem]:
    filled = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
    if not filled:
        yield Problem(ProblemCode.NO_SIGNATURE)
    elif filled != len(signatures):
        yield Problem(ProblemCode.UNSUPPORTED, f"{filled - len(signatures)} of {filled} signatures not understood")


def _whole(pdf: bytes, signatures: list[EmbeddedPdfSignature], judged: list[SignatureFacts]) -> Iterator[Problem]:
    if not judged or any(entry.covers_whole_file for entry in judged):
        return
    level = getattr(signatures[-1].diff_result, "modification_level", None)
    if level is ModificationLevel.LTA_UPDATES and pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        return  # appended bytes that form no revision have the level NONE and do not pass here
    yield Problem(ProblemCode.NOT_WHOLE_FILE, "bytes follow the last signature", judged[-1].field)


def _judge(pdf: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, trust: Trust) -> SignatureFacts:
    """Facts of one signature with its problems; a signature that makes pyHanko raise is not a valid one."""
    field = signature.field_name
    problems: list[Problem] = []
    try:
        with foreign(BadDocument, "broken"):
            problems += _gap_problems(pdf, signature)
            problems += _verdict(reader, signature, trust)
    except BadDocument as error:
        problems.append(Problem(_code_of(error), error.detail, field))
    whole = signature.coverage == SignatureCoverageLevel.ENTIRE_FILE and not _is_forged(problems)
    return facts(signature, tuple(problems), covers_whole_file=whole)


def _is_forged(problems: list[Problem]) -> bool:
    """Whether the byte range itself is forged, so that coverage means nothing."""
    return any(problem.code is ProblemCode.FORGED_RANGE for problem in problems)


def _gap_problems(pdf: bytes, signature: EmbeddedPdfSignature) -> Iterator[Problem]:
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) == 4 and numbers[0] == 0 and all(number >= 0 for number in numbers):
        _, end, start, rest = numbers
        gap = pdf[end:start]
        bracketed = start + rest <= len(pdf) and gap[:1] == b"<" and gap[-1:] == b">"
        if bracketed and bytes.fromhex(gap[1:-1].decode("ascii", "replace")) == signature.pkcs7_content:
            return
    yield Problem(ProblemCode.FORGED_RANGE, "byte range is not around its own contents", signature.field_name)


def _verdict(reader: PdfFileReader, signature: EmbeddedPdfSignature, trust: Trust) -> Iterator[Problem]:
    field = signature.field_name
    if signature.sig_object_type == "/DocTimeStamp":
        context = _context(trust, trust.timestamp_roots_der)
        stamp = asyncio.run(async_validate_pdf_timestamp(signature, context, diff_policy=_RULES))
        if not (stamp.valid and stamp.intact and stamp.trusted):  # pyHanko draws no bottom line for these
            yield Problem(ProblemCode.BAD_TIMESTAMP, stamp.summary(), field)
    else:
        context = _context(trust)
        status = asyncio.run(
            async_validate_pdf_signature(signature, context, diff_policy=_RULES, key_usage_settings=_SIGNER_USAGE)
        )
        others = [certificate.dump() for certificate in signature.other_embedded_certs]
        if revocation.is_revoked(signature.signer_cert.dump(), others, trust):
            yield Problem(ProblemCode.REVOKED, "on a revocation list given", field)
        elif not status.bottom_line:
            yield Problem(_reason(status, trust), status.summary(), field)
    yield from _later_changes(reader, signature)


def _later_changes(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[Problem]:
    """Step 5, beyond what pyHanko's policy asks: only signature fields may have changed."""
    result = signature.diff_result
    level = getattr(result, "modification_level", ModificationLevel.OTHER)
    if level.value > ModificationLevel.FORM_FILLING.value:
        yield Problem(ProblemCode.MODIFIED, f"changes of level {level.name} after signing", signature.field_name)
        return
    ours = {name for name, _, _ in enumerate_sig_fields(reader)}
    if set(result.changed_form_fields) - ours:
        yield Problem(ProblemCode.MODIFIED, "form filled in after signing", signature.field_name)


def _context(trust: Trust, more_roots: tuple[bytes, ...] = ()) -> ValidationContext:
    """Only the given anchors: an explicit list, for pyHanko falls back to the system's where it is None."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in (*trust.roots_der, *more_roots)],
        other_certs=[x509.Certificate.load(der) for der in trust.others_der],
        crls=revocation.current(trust),
        moment=trust.at,
        allow_fetching=False,
        retroactive_revinfo=True,
        revocation_mode="require" if trust.require_revocation else "soft-fail",
    )


def _reason(status: PdfSignatureStatus, trust: Trust) -> ProblemCode:
    """Which problem to name when the bottom line is negative; the gravest first."""
    if not (status.intact and status.valid):
        return ProblemCode.NOT_INTACT
    if not status.docmdp_ok:
        return ProblemCode.MODIFIED
    if status.revoked:
        return ProblemCode.REVOKED
    if status.trusted:
        return ProblemCode.BAD_TIMESTAMP
    certificate = status.signing_cert
    within = certificate.not_valid_before <= trust.at <= certificate.not_valid_after
    return ProblemCode.NOT_TRUSTED if within or status.validation_path is None else ProblemCode.EXPIRED


def _code_of(error: BadDocument) -> ProblemCode:
    detail = error.detail.lower()
    if "algorithm" in detail and ("not allowed" in detail or "disallowed" in detail or "weak" in detail):
        return ProblemCode.WEAK_ALGORITHM
    return ProblemCode.NOT_INTACT
