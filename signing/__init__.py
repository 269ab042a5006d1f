"""Signing of PDF letters, as a library: bytes in, values out. Knows no web, no database, no clock, no environment.

This is the public face; everything else in the package may change. Errors are in signing.errors, keys in
signing.keys and signing.keys.vault, certificates in signing.authority, codes in signing.codes, seals in signing.seal.
"""

import logging

from signing.archive import Evidence
from signing.differences import compare
from signing.documents import Examination, Limits, PdfFacts, examine, inspect, read_text
from signing.envelope import envelope
from signing.judgements import judge
from signing.pages import render
from signing.places import Overlap, Placement, find_tags, overlap, suggest
from signing.prepare import BYTES_RESERVED, Prepared, prepare, prepare_turn
from signing.seal import Claim
from signing.sign import SignedPdf, sign
from signing.stamps import Stamp
from signing.trust import Trust
from signing.turns import Turn
from signing.verdicts import Problem, ProblemCode, SignatureFacts, Verdict, Verification
from signing.verify import verify
from signing.watermark import watermark

# They log subjects and whole tracebacks of hostile files; what matters comes back as a Problem or an error.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = [
    "BYTES_RESERVED",
    "Claim",
    "Evidence",
    "Examination",
    "Limits",
    "Overlap",
    "PdfFacts",
    "Placement",
    "Prepared",
    "Problem",
    "ProblemCode",
    "SignatureFacts",
    "SignedPdf",
    "Stamp",
    "Trust",
    "Turn",
    "Verdict",
    "Verification",
    "compare",
    "envelope",
    "examine",
    "find_tags",
    "inspect",
    "judge",
    "overlap",
    "prepare",
    "prepare_turn",
    "read_text",
    "render",
    "sign",
    "suggest",
    "verify",
    "watermark",
]
