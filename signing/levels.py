"""The level of a signature (ETSI EN 319 142-1, 6), as far as its evidence holds; never by the mere presence of a part.

B-T   a time-stamp that holds, inside the signature or over the document
B-LT  and the file's own security store proves the chain of the signer, and of the inner time-stamp, as of that time
B-LTA and a document time-stamp that holds was put over that very evidence

A signature that is not PAdES (adbe.pkcs7.detached, or no signing-certificate attribute) has PKCS7- for B-.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, get_signing_cert_attr
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import carried, chains
from signing.archive import Evidence
from signing.trust import Trust
from signing.verdicts import SignatureFacts


def of(
    signature: EmbeddedPdfSignature,
    found: SignatureFacts,
    stamps: Sequence[EmbeddedPdfSignature],
    store: Evidence,
    trust: Trust,
) -> str:
    """The level of a signature that stands, given the document time-stamps after it that hold (the newest first)."""
    family = "B-" if _is_pades(signature) else "PKCS7-"
    if not stamps and found.proven_at is None:
        return f"{family}B"
    then = replace(trust, at=min(trust.at, found.proven_at or trust.at))
    if not _is_proven(signature, store, then, trust):
        return f"{family}T"
    reader = signature.reader
    for stamp in stamps:
        sealed = carried.in_catalog(reader.get_historical_root(stamp.signed_revision))
        if _is_proven(signature, sealed, then, trust):
            return f"{family}LTA"
    return f"{family}LT"


def _is_proven(signature: EmbeddedPdfSignature, store: Evidence, then: Trust, now: Trust) -> bool:
    """The signer's chain as of `then`, and that of a time-stamp in the signature as of its first proof, `now`."""
    if not chains.is_proven(signature.signer_cert, signature.other_embedded_certs, store, then):
        return False
    tokens: list[cms.SignedData] = list(extract_tst_data_iter(signature.signer_info, signed=False))
    infos = [extract_certificate_info(token) for token in tokens]
    return all(chains.is_proven(info.signer_cert, info.other_certs, store, now.for_time()) for info in infos)


def _is_pades(signature: EmbeddedPdfSignature) -> bool:
    is_cades = signature.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached"
    return is_cades and get_signing_cert_attr(signature.signer_info["signed_attrs"]) is not None
