"""One signature under a trust: its facts, and what is wrong with it. Later revisions: as far as pyHanko judges them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, StandardDiffPolicy
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.validation.generic_cms import collect_timing_info
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    TimestampSignatureStatus,
)

from signing import carried, chains, revocation
from signing.errors import BadDocument, foreign
from signing.trust import Trust
from signing.verdicts import Coverage, Problem, ProblemCode, SignatureFacts, Stamp

# pyHanko's rules, but a second official's visible mark may follow a certifying signature with P=2, as ISO 32000-2
# allows; covering.py looks at what such a mark covers.
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
_STATES = {
    ProblemCode.REVOKED: "revoked",
    ProblemCode.EXPIRED: "expired",
    ProblemCode.WEAK_ALGORITHM: "weak",
    ProblemCode.WRONG_USAGE: "wrong_usage",
}


def judge(pdf: bytes, signature: EmbeddedPdfSignature, trust: Trust) -> SignatureFacts:
    """Facts of one signature with its problems; a signature that makes pyHanko raise is not a valid one."""
    found = facts(signature)
    try:
        with foreign(BadDocument, "broken"):
            problems = list(_gap_problems(pdf, signature))
            found = replace(found, problems=tuple(problems))
            found = _stamp(found, signature, trust) if found.kind == "timestamp" else _signed(found, signature, trust)
    except BadDocument as error:
        found = replace(found, problems=(*found.problems, Problem(_code_of(error), error.detail, found.field)))
    return replace(found, covers=_coverage(signature, found))


def facts(signature: EmbeddedPdfSignature) -> SignatureFacts:
    """Read the facts out of pyHanko's object."""
    certificate = signature.signer_cert
    subject, issuer, entries = certificate.subject.native, certificate.issuer.native, signature.sig_object
    return SignatureFacts(
        field=signature.field_name,
        problems=(),
        covers=Coverage.UNCLEAR,
        kind="timestamp" if signature.sig_object_type == "/DocTimeStamp" else "signature",
        claimed_at=_claimed_at(signature),
        serial=certificate.serial_number,
        reason=str(entries.get("/Reason", "")),
        location=str(entries.get("/Location", "")),
        common_name=_text(subject, "common_name"),
        organization=_text(subject, "organization_name"),
        organizational_unit=_text(subject, "organizational_unit_name"),
        title=_text(subject, "title"),
        issuer=_text(issuer, "common_name") or certificate.issuer.human_friendly,
        certificate_der=certificate.dump(),
        byte_range=tuple(int(number) for number in signature.byte_range),
    )


def _claimed_at(signature: EmbeddedPdfSignature) -> datetime | None:
    try:
        with foreign(BadDocument, "broken"):
            return signature.self_reported_timestamp
    except BadDocument:
        return None  # a date that nobody can read is no reason to doubt the rest


def _coverage(signature: EmbeddedPdfSignature, found: SignatureFacts) -> Coverage:
    if any(problem.code is ProblemCode.FORGED_RANGE for problem in found.problems):
        return Coverage.UNCLEAR
    levels = {
        SignatureCoverageLevel.ENTIRE_FILE: Coverage.WHOLE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
    }
    return levels.get(signature.coverage, Coverage.UNCLEAR)


def _gap_problems(pdf: bytes, signature: EmbeddedPdfSignature) -> Iterator[Problem]:
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) == 4 and numbers[0] == 0 and all(number >= 0 for number in numbers):
        _, end, start, rest = numbers
        gap = pdf[end:start]
        bracketed = start + rest <= len(pdf) and gap[:1] == b"<" and gap[-1:] == b">"
        if bracketed and bytes.fromhex(gap[1:-1].decode("ascii", "replace")) == signature.pkcs7_content:
            return
    yield Problem(ProblemCode.FORGED_RANGE, "byte range is not around its own contents", signature.field_name)


def _stamp(found: SignatureFacts, signature: EmbeddedPdfSignature, trust: Trust) -> SignatureFacts:
    trust = trust.for_time()
    status = asyncio.run(async_validate_pdf_timestamp(signature, chains.context(trust), diff_policy=_RULES))
    found = _with_chain(found, status, trust)
    if not (status.valid and status.intact and status.trusted):  # pyHanko draws no bottom line for these
        code = ProblemCode.BAD_TIMESTAMP if status.valid and status.intact else ProblemCode.NOT_INTACT
        return _but(found, code, status.summary())
    return found


def _signed(found: SignatureFacts, signature: EmbeddedPdfSignature, trust: Trust) -> SignatureFacts:
    """A time-stamp inside the signature that holds by now says at which time the signer's certificate is judged."""
    trust = chains.with_evidence(trust, carried.in_signature(signature))
    inner = _inner_stamp(signature, trust)
    proven = inner is not None and inner.valid and inner.intact and inner.trusted
    then = replace(trust, at=min(trust.at, inner.timestamp)) if proven and inner else trust
    status = asyncio.run(
        async_validate_pdf_signature(
            signature,
            chains.context(then),
            chains.context(trust.for_time()),
            diff_policy=_RULES,
            key_usage_settings=chains.SIGNER_USAGE,
        )
    )
    others = [certificate.dump() for certificate in signature.other_embedded_certs]
    found = replace(found, timestamp=_told(inner, proven), proven_at=inner.timestamp if proven and inner else None)
    found = _with_chain(found, status, then)
    if revocation.is_revoked(found.certificate_der, others, then):
        return _but(found, ProblemCode.REVOKED, "by its issuer's own word")
    if not status.bottom_line:
        return _but(found, _reason(status), status.summary())
    if not chains.has_purpose(signature.signer_cert):
        return _but(found, ProblemCode.WRONG_USAGE, "certificate is not for signing documents")
    return found


def _inner_stamp(signature: EmbeddedPdfSignature, trust: Trust) -> TimestampSignatureStatus | None:
    told: dict[str, Any] = asyncio.run(
        collect_timing_info(
            signature.signer_info, chains.context(trust.for_time()), raw_digest=signature.compute_digest
        )
    )
    return told.get("timestamp_validity")


def _told(inner: TimestampSignatureStatus | None, proven: bool) -> Stamp | None:
    if inner is None:
        return None
    return Stamp(inner.timestamp, _text(inner.signing_cert.subject.native, "common_name"), proven)


def _with_chain(
    found: SignatureFacts, status: PdfSignatureStatus | DocumentTimestampStatus, trust: Trust
) -> SignatureFacts:
    path = status.validation_path
    chain = chains.links(path, status.signing_cert)
    anchor = chains.anchor(path) if status.trusted else b""
    if not status.trusted:
        return replace(found, chain=chain)
    carried_by_now = chains.Evidence((), trust.crls_der, trust.ocsps_der)
    proven = chains.is_proven(status.signing_cert, path, carried_by_now, trust)
    return replace(found, chain=chain, anchor_der=anchor, chain_state="good" if proven else "unknown")


def _but(found: SignatureFacts, code: ProblemCode, detail: str) -> SignatureFacts:
    state = _STATES.get(code, found.chain_state)
    return replace(found, problems=(*found.problems, Problem(code, detail, found.field)), chain_state=state)


def _reason(status: PdfSignatureStatus) -> ProblemCode:
    """Which problem to name when the bottom line is negative; the gravest first."""
    indication = status.trust_problem_indic
    crypto = {AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE}
    if not (status.intact and status.valid):
        return ProblemCode.NOT_INTACT
    if indication in crypto:
        return ProblemCode.WEAK_ALGORITHM
    if not status.docmdp_ok:
        return ProblemCode.MODIFIED
    if status.revoked:
        return ProblemCode.REVOKED
    if status.trusted:
        return ProblemCode.BAD_TIMESTAMP
    if indication is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE:
        return ProblemCode.WRONG_USAGE
    return ProblemCode.EXPIRED if _is_out_of_date(status) else ProblemCode.NOT_TRUSTED


def _is_out_of_date(status: PdfSignatureStatus) -> bool:
    """Whether a chain to an anchor was found, and one of its certificates was out of its dates."""
    path, at = status.validation_path, status.validation_time
    if path is None or at is None:
        return False
    certificates = [status.signing_cert, *path.iter_certs(include_root=False)]
    return any(not entry.not_valid_before <= at <= entry.not_valid_after for entry in certificates)


def _code_of(error: BadDocument) -> ProblemCode:
    detail = error.detail.lower()
    if "subfilter" in detail:
        return ProblemCode.UNSUPPORTED
    if "algorithm" in detail and ("not allowed" in detail or "disallowed" in detail or "weak" in detail):
        return ProblemCode.WEAK_ALGORITHM
    return ProblemCode.NOT_INTACT


def _text(subject: dict[str, object], key: str) -> str:
    value = subject.get(key, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
