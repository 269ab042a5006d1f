"""What came back from a signer that signs whole files is believed only after this: the same pages, signed by whom.

1. the prepared bytes are an exact prefix: what was read is what was signed
2. nothing that can be seen was added: one invisible signature field and evidence, no page touched
3. exactly one new signature, over the whole file, valid under the given roots
4. the certificate is the expected official's
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import additions
from signing.errors import NotTrusted, foreign
from signing.trust import Trust
from signing.verify import verify


@dataclass(frozen=True)
class ReceivedPdf:
    """A file signed elsewhere that passed every check. Level in the terms of ETSI EN 319 142-1."""

    pdf: bytes
    level: str  # "B-B", or "B-T" with a signature time-stamp
    certificate_der: bytes
    common_name: str
    not_after: datetime


def accept(prepared: bytes, answer: bytes, trust: Trust, common_name: str) -> ReceivedPdf:
    """Judge `answer` as the signed form of `prepared`. No network.

    Raises NotTrusted: not_prefix, changed (visible or other changes beside the signature), not_one_signature,
    not_valid (detail: the problems), wrong_signer.
    """
    if not answer.startswith(prepared) or answer == prepared:
        raise NotTrusted("not_prefix")
    with foreign(NotTrusted, "changed"):
        timestamped = _only_a_signature_was_added(prepared, answer)
    verdict = verify(answer, trust)
    if not verdict.is_valid:
        raise NotTrusted("not_valid", ", ".join(f"{p.code}" for p in verdict.problems))
    made = [entry for entry in verdict.signatures if entry.kind == "signature"][-1]
    if not is_same_name(made.common_name, common_name):
        raise NotTrusted("wrong_signer")
    until = load_der_x509_certificate(made.certificate_der).not_valid_after_utc
    return ReceivedPdf(answer, "B-T" if timestamped else "B-B", made.certificate_der, made.common_name, until)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, accents, spaces and stops ("S.H." and "SH")."""
    return bool(_letters(one)) and _letters(one) == _letters(other)


def roots(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file, DER. Raises NotTrusted(bad_certificate)."""
    with foreign(NotTrusted, "bad_certificate"):
        found = load_pem_x509_certificates(pem)
        return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def _only_a_signature_was_added(prepared: bytes, answer: bytes) -> bool:
    """Compare the revision that was sent with the end; returns whether the new signature holds a time-stamp."""
    before, after = PdfFileReader(BytesIO(prepared), strict=False), PdfFileReader(BytesIO(answer), strict=False)
    new = list(after.embedded_regular_signatures)[len(list(before.embedded_regular_signatures)) :]
    if len(new) != 1:
        raise NotTrusted("not_one_signature", f"{len(new)} new")
    if _is_visible(new[0].sig_field):
        raise NotTrusted("changed", "a visible signature was asked of nobody")
    additions.require_only_a_field(before, after, new[0].field_name)
    return has_timestamp(new[0])


def has_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Whether the signature's CMS holds a signature time-stamp (RFC 3161, appendix A)."""
    return "signature_time_stamp_token" in [entry["type"].native for entry in signature.signer_info["unsigned_attrs"]]


def _is_visible(field: object) -> bool:
    kids = [kid.get_object() for kid in field["/Kids"]] if "/Kids" in field else [field]  # type: ignore[index]
    for widget in kids:
        x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
        if x0 != x1 and y0 != y1:
            return True
    return False


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)
