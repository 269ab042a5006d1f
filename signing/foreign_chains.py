"""Files that others signed: whether anything may be appended to them, and the revocation data of all that signed them.

The certificates were checked before (received.py): no stranger chooses the addresses that are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import pairwise

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import proofs
from signing.archive import Evidence
from signing.errors import BadDocument, EvidenceUnavailable, foreign
from signing.keys.csc import chains_to
from signing.prepare import forbids_changes
from signing.proofs import Fetch


def is_final(pdf: bytes) -> bool:
    """Whether a signature in it forbids all changes (DocMDP P=1): then it stays as it came.

    ISO 32000-2 would allow evidence and time-stamps even then; readers of ISO 32000-1 call the signature broken.
    Raises BadDocument(broken).
    """
    with foreign(BadDocument, "broken"):
        return forbids_changes(PdfFileReader(BytesIO(pdf), strict=False))


def gather(pdf: bytes, roots_der: tuple[bytes, ...], fetch: Fetch, at: datetime) -> tuple[Evidence, bool]:
    """Evidence of the last signer and of the signature time-stamp's, each up to a root, current at `at`.

    The second value: whether every certificate below a root has some. Where one names no address it has none, and the
    file must not be called B-LT. Raises EvidenceUnavailable (unreachable, stale, revoked, not_issued_by: no chain to
    the roots), BadDocument.
    """
    with foreign(BadDocument, "broken"):
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        leaves = list(_leaves(list(reader.embedded_regular_signatures)[-1]))
    evidence, is_complete = Evidence(), True
    for leaf, others in leaves:
        chain = chains_to(leaf, others, roots_der)
        if not chain:
            raise EvidenceUnavailable("not_issued_by", "no chain to the roots given")
        for pair in pairwise((leaf, *chain)):
            found = proofs.gather(pair, fetch, at)
            is_complete = is_complete and bool(found.crls or found.ocsps)
            evidence += found
    return evidence, is_complete


def _leaves(signature: EmbeddedPdfSignature) -> Iterator[tuple[bytes, list[bytes]]]:
    """(certificate, those sent along) of the signer and of the time-stamps inside the signature, all DER."""
    others = [certificate.dump() for certificate in signature.other_embedded_certs]
    yield signature.signer_cert.dump(), others
    for entry in signature.signer_info["unsigned_attrs"]:
        if entry["type"].native == "signature_time_stamp_token":
            for token in entry["values"]:
                known = extract_certificate_info(token["content"])
                yield known.signer_cert.dump(), [*others, *(one.dump() for one in known.other_certs)]
