"""Finding the signatures of a file, also those that somebody tried to hide or to make unreadable."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.errors import BadDocument, foreign
from signing.verdicts import Problem, ProblemCode

_RANGE = re.compile(rb"/ByteRange\s{0,20}\[\s{0,20}0\s{1,20}\d{1,12}\s{1,20}(\d{1,12})\s{1,20}(\d{1,12})")
_MOST_EARLIER = 3  # cut-off files looked at for a signature that was taken out


def read(pdf: bytes) -> PdfFileReader:
    """Strictly; leniently for hybrid-reference files and for faults that most producers' files have.

    A file that opens without a password is opened. Raises BadDocument: broken, encrypted.
    """
    try:
        with foreign(BadDocument, "broken"):
            reader = PdfFileReader(BytesIO(pdf), strict=True)
            hybrid = reader.xrefs.hybrid_xrefs_present
            list(_filled(_opened(reader)))
            if not hybrid:
                return reader
    except BadDocument:
        pass  # the lenient reader has the last word
    with foreign(BadDocument, "broken"):
        return _opened(PdfFileReader(BytesIO(pdf), strict=False))


def signatures(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[Problem]]:
    """All filled signature fields, the oldest revision's first; and a problem for each that cannot be understood."""
    found, problems = [], []
    with foreign(BadDocument, "broken"):
        fields = _filled(reader)
    for name, field in fields:
        try:
            with foreign(BadDocument, "broken"):
                signature = EmbeddedPdfSignature(reader, field, name)
                order = signature.signed_revision, signature.signer_cert and end_of(signature)
                found.append((order, signature))
        except BadDocument as error:
            problems.append(Problem(ProblemCode.UNSUPPORTED, error.detail, name))
    return [signature for _, signature in sorted(found, key=lambda pair: pair[0])], problems


def end_of(signature: EmbeddedPdfSignature) -> int:
    """The first byte after what the signature says it covers; 0 for a range of another shape than a letter's."""
    numbers = [int(number) for number in signature.byte_range]
    return numbers[2] + numbers[3] if len(numbers) == 4 else 0


def holds_range(pdf: bytes) -> bool:
    """Whether there is anything like a signature: its byte range stands in clear in whatever file can be checked."""
    return b"/ByteRange" in pdf


def signed_part(pdf: bytes) -> bytes | None:
    """The longest part from the first byte on, but not all, that is a signed file by itself; a few are tried."""
    ends = {int(start) + int(rest) for start, rest in _RANGE.findall(pdf)}
    parts = (pdf[:end] for end in sorted((end for end in ends if end < len(pdf)), reverse=True)[:_MOST_EARLIER])
    return next((part for part in parts if _is_signed(part)), None)


def _is_signed(pdf: bytes) -> bool:
    try:
        return bool(signatures(read(pdf))[0])
    except BadDocument:
        return False


def _opened(reader: PdfFileReader) -> PdfFileReader:
    if reader.encrypted:
        reader.decrypt("")
        _ = reader.root["/Pages"]  # raises where that was not the password
    return reader


def _filled(reader: PdfFileReader) -> list[tuple[str, Any]]:
    return [(name, field) for name, _, field in enumerate_sig_fields(reader, filled_status=True)]
