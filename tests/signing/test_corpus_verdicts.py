"""The development corpus as its index expects it, file by file: nothing is named here but the index's own words."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.judgements import judge
from signing.trust import Trust
from signing.verdicts import Verdict, Verification
from signing.verify import verify
from tests.signing.office import CORPUS, corpus

NOBODY = Trust((), datetime.now(UTC))


def rows() -> list[dict[str, str]]:
    index = CORPUS / "index.tsv"
    if not index.is_file():
        return []
    with index.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


ABSENT = [{"file": "the corpus is not here", "validate_expect": "VALID"}]
SIGNED = [row for row in rows() if row["validate_expect"] != "-"]
UNSIGNED = [row for row in rows() if row["validate_expect"] == "-"]


def embedded(pdf: bytes) -> Trust:
    """All certificates in the file itself: the most that an attacker could wish for, and all that VALID needs."""
    found: list[x509.Certificate] = []
    try:
        for entry in PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures:
            found += [choice.chosen for choice in entry.signed_data["certificates"]]
    except Exception:  # a forged file may break its reader; then nothing of it is trusted
        pass
    roots = [certificate for certificate in found if certificate.self_issued] or found
    at = max((certificate.not_valid_before for certificate in found), default=NOBODY.at) + timedelta(days=1)
    ders = tuple({certificate.dump() for certificate in found})
    return Trust(tuple({certificate.dump() for certificate in roots}), at, ders)


def words(expected: str) -> list[str]:
    """MODIFIED(first), VALID(second) -> [MODIFIED, VALID]; what stands in other brackets is a remark."""
    parts = re.findall(r"([A-Za-z-]+)\((?:first|second)\)", expected)
    return parts or [expected.partition("(")[0]]


def verdicts(word: str) -> set[Verdict]:
    return {
        "VALID": {Verdict.VALID},
        "MODIFIED": {Verdict.CHANGED},
        "INVALID": {Verdict.BROKEN},
        "INVALID-OR-MODIFIED": {Verdict.BROKEN, Verdict.CHANGED},
        "INVALID-or-WARN": {Verdict.BROKEN, Verdict.NOT_TRUSTED},
        "PERMITTED-but-visible-change": {Verdict.CHANGED},
        "UNTRUSTED": {Verdict.NOT_TRUSTED},
        "VALID-UNTRUSTED": {Verdict.NOT_TRUSTED},
        "NO-SIGNATURE": {Verdict.NO_SIGNATURE},
    }[word]


def judged(row: dict[str, str]) -> tuple[Verification, str]:
    pdf, expected = corpus(row["file"]), row["validate_expect"]
    return verify(pdf, NOBODY if expected == "VALID-UNTRUSTED" else embedded(pdf)), expected


@pytest.mark.parametrize("row", SIGNED or ABSENT, ids=lambda row: row["file"])
def test_the_verdict_is_the_expected_one(row: dict[str, str]) -> None:
    verdict, expected = judged(row)
    if "say what" in expected:  # a second signature in a field that was there: permitted, and told with its page
        assert [(change.kind, change.pages) for change in verdict.changes] == [("signature", (1,))]
        return
    wanted = words(expected)
    if len(wanted) > 1:
        assert all(e.verdict in verdicts(w) for e, w in zip(verdict.signatures, wanted, strict=True)), verdict.problems
        assert verdict.verdict in verdicts(wanted[0])
    else:
        assert verdict.verdict in verdicts(wanted[0]), verdict.problems
    if verdict.verdict == Verdict.CHANGED:
        assert any(not change.permitted for change in verdict.changes) or any(p.pages for p in verdict.problems)


@pytest.mark.parametrize("row", SIGNED or ABSENT, ids=lambda row: row["file"])
def test_without_roots_nothing_is_valid_and_faults_stay_faults(row: dict[str, str]) -> None:
    pdf = corpus(row["file"])
    verdict, trusted = verify(pdf, NOBODY).verdict, verify(pdf, embedded(pdf)).verdict
    assert verdict != Verdict.VALID
    if trusted in (Verdict.BROKEN, Verdict.CHANGED, Verdict.NO_SIGNATURE):
        assert verdict == trusted


@pytest.mark.parametrize("row", UNSIGNED or ABSENT, ids=lambda row: row["file"])
def test_whatever_is_not_signed_is_said_to_be_so_within_its_bounds(row: dict[str, str]) -> None:
    verdict = judge(corpus(row["file"]), NOBODY)
    assert verdict.verdict == Verdict.NO_SIGNATURE, verdict.problems
