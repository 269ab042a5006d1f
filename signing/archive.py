"""Signatures that outlive their certificates: revocation data and document time-stamps appended (ETSI EN 319 142-1).

    B-B   --extend-->   B-LTA   --extend, before the last time-stamp ages-->   B-LTA ...

Each step appends a revision: a DSS with all that a judge needs, then a time-stamp over everything before it. The bytes
signed before stay a prefix. No network and no clock: the caller brings the time-stamps and the evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from asn1crypto import crl, ocsp, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as ForeignSigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.errors import BadDocument, TimestampUnavailable, foreign
from signing.timestamps import Timestamper

RENEW_BEFORE = timedelta(days=180)
_TOKEN_BYTES = 24_576  # hexadecimal digits reserved for a token with its chain: RSA-4096 ones take up to 8 kB


@dataclass(frozen=True)
class Evidence:
    """What proves the signatures later, all DER: certificates up to the roots, revocation lists, OCSP responses."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __add__(self, more: Evidence) -> Evidence:
        certificates = dict.fromkeys((*self.certificates, *more.certificates))
        return Evidence(tuple(certificates), tuple(dict.fromkeys((*self.crls, *more.crls))), (*self.ocsps, *more.ocsps))


Prove = Callable[[bytes, tuple[bytes, ...]], Evidence]  # signer's certificate, those sent along (DER) -> evidence


@dataclass(frozen=True)
class ExtendedPdf:
    """The file at its new level, when its newest time-stamp was given, and from when on a newer one is due."""

    pdf: bytes
    level: str
    stamped_at: datetime
    renew_at: datetime


def extend(pdf: bytes, timestamper: Timestamper, evidence: Evidence, prove: Prove | None = None) -> ExtendedPdf:
    """Append the evidence and a document time-stamp: B-LTA, or an error, never silently less.

    `prove` gives the evidence of the time-stamp's own signer, which is known only now; it is appended after it.
    Called again it renews: the new time-stamp covers the old one together with its evidence.
    Raises TimestampUnavailable (also whatever kind timestamper and prove raise), BadDocument (unsigned, broken).
    """
    with foreign(BadDocument, "broken"):
        signatures = list(PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures)
    if not signatures:
        raise BadDocument("not_signed", "nothing to prove")
    with_evidence = _with_evidence(pdf, signatures[-1], evidence)
    stamped = _with_timestamp(with_evidence, timestamper, len(signatures) + 1)
    if not stamped.startswith(pdf):
        raise BadDocument("broken", "the signed bytes would change")
    newest = PdfFileReader(BytesIO(stamped), strict=False).embedded_signatures[-1]
    proof = prove(*_sent_along(newest)) if prove else Evidence()
    if proof != Evidence():
        stamped = _with_evidence(stamped, newest, proof)
    at, until = time_of(newest), newest.signer_cert.not_valid_after
    # Some authorities certify their keys for months only: then the last third of that.
    return ExtendedPdf(stamped, "B-LTA", at, until - min(RENEW_BEFORE, (until - at) / 3))


def newest_stamper(pdf: bytes) -> tuple[bytes, tuple[bytes, ...]] | None:
    """Who gave the newest time-stamp, and the certificates sent along (DER); None where the file has none yet."""
    with foreign(BadDocument, "broken"):
        signatures = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
        stamps = [one for one in signatures if one.sig_object_type == "/DocTimeStamp"]
        return _sent_along(stamps[-1]) if stamps else None


def _sent_along(signature: EmbeddedPdfSignature) -> tuple[bytes, tuple[bytes, ...]]:
    return signature.signer_cert.dump(), tuple(one.dump() for one in signature.other_embedded_certs)


class _Called(TimeStamper):
    """pyHanko's client around a plain function."""

    def __init__(self, call: Timestamper) -> None:
        super().__init__()
        self._call = call

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._call(req.dump()))


def _with_evidence(pdf: bytes, signature: EmbeddedPdfSignature, evidence: Evidence) -> bytes:
    with foreign(BadDocument, "broken"):
        output = BytesIO(pdf)
        DocumentSecurityStore.add_dss(
            output,
            signature.pkcs7_content,
            certs=[x509.Certificate.load(der) for der in evidence.certificates],
            crls=[crl.CertificateList.load(der) for der in evidence.crls],
            ocsps=[ocsp.OCSPResponse.load(der) for der in evidence.ocsps],
            force_write=True,
            strict=False,
        )
        return output.getvalue()


def _with_timestamp(pdf: bytes, timestamper: Timestamper, number: int) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    stamper = PdfTimeStamper(_Called(timestamper), field_name=f"Stempel-Waktu-{number}")
    try:
        output = asyncio.run(
            stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=_TOKEN_BYTES, output=BytesIO())
        )
    except (ForeignSigningError, ValueError, TypeError, KeyError) as cause:
        raise TimestampUnavailable("bad_answer", f"{type(cause).__name__}: {cause}"[:200]) from cause
    return output.getvalue()


def time_of(stamp: EmbeddedPdfSignature) -> datetime:
    """The time inside a document time-stamp's token."""
    content = stamp.signed_data["encap_content_info"]["content"]
    return content.parsed["gen_time"].native
