"""Files that others made: the development corpus, whose index says what a good server does with each.

It lies beside the repository (or where TEKEN_CORPUS says); without it these tests are skipped.
"""

from __future__ import annotations

import csv
import os
import subprocess
import time
from pathlib import Path

import pytest

from signing.command_intake import _corner
from signing.documents import REFUSALS, REPAIRS, Examination, examine
from signing.errors import BadDocument
from tests.signing.office import STAMP, program, signed

CORPUS = Path(os.environ.get("TEKEN_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
INDEX = CORPUS / "index.tsv"
ROWS = list(csv.DictReader(INDEX.open(), delimiter="\t")) if INDEX.exists() else []
ARGUED = {  # file -> (what we do instead of what the index says, why)
    "generated__attack__untrusted-same-names.pdf": (
        "accept",
        "whom an office trusts is verify's to say: the earlier signature stands whole, and it is kept and shown",
    ),
    "signature-attack-or-broken__pyHanko__form-update-no-override-appearance-stream-ap-indirect.pdf": (
        "accept",
        "a second signature in a field that stood there before the first: nothing else changed",
    ),
    "odd-page-size__pyHanko__pdf-background-test.pdf": (
        "accept",
        "too small a page gets another after it for the mark, as the index itself allows",
    ),
    "xfa__pdf.js__issue14130.pdf": (
        "refuse",
        "dynamic XFA: its only page asks for Adobe Reader and is not the letter; the index allows to refuse",
    ),
}
pytestmark = pytest.mark.skipif(not ROWS, reason=f"the corpus is not at {CORPUS} (TEKEN_CORPUS)")


def expected(row: dict[str, str]) -> str:
    argued = ARGUED.get(row["file"])
    return argued[0] if argued else "refuse" if row["upload_expect"] == "refuse" else "accept"


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_file_is_taken_or_refused_as_its_index_says(row, tmp_path):
    started = time.monotonic()
    try:
        found = examine((CORPUS / row["file"]).read_bytes(), size=STAMP.size)
    except BadDocument as error:  # anything else fails the test
        assert error.code in REFUSALS and expected(row) == "refuse", f"{error}; {row['why']}"
        return
    finally:
        assert time.monotonic() - started < 10
    assert expected(row) == "accept", row["why"]
    if row["upload_expect"] == "accept after warning" and row["kind"] != "damaged-other":
        assert found.repairs or found.facts.warnings
    assert set(found.repairs) <= set(REPAIRS)
    _require_valid(found, tmp_path / "signed.pdf")


def _require_valid(found: Examination, path: Path) -> None:
    """Others find every signature of the signed file valid, ours over all of it, and the file in order."""
    pdf = signed(found.pdf, place=found.suggestion or _corner(found.facts, STAMP.size), field="Teken-uji")
    assert pdf.startswith(found.pdf)
    path.write_bytes(pdf)
    told = subprocess.run([program("pdfsig"), "-nocert", str(path)], capture_output=True, text=True).stdout
    each = told.split("Signature #")[1:]
    assert len(each) >= 1 + found.facts.signatures
    judged = [one for one in each if "Signature Type: unknown" not in one]  # it knows no document time-stamps
    assert judged and all("Signature is Valid" in one for one in judged), told
    assert any("Total document signed" in one and "Teken-uji" in one for one in each), told
    checked = subprocess.run([program("qpdf"), "--check", str(path)], capture_output=True, text=True)
    assert checked.returncode in (0, 3), checked.stderr  # 3: a page's own content has slips, which are not ours


def test_every_argued_file_is_in_the_index_and_argued_otherwise():
    by_name = {row["file"]: row for row in ROWS}
    for name, (ours, why) in ARGUED.items():
        assert why and (by_name[name]["upload_expect"] == "refuse") != (ours == "refuse")
