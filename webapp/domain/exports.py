"""Rows that leave as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Iterable[object]) -> str:
    """One line; what a spreadsheet would run as a formula (CWE-1236) is made text by an apostrophe."""
    cells = ["" if value is None else str(value) for value in values]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(f"'{c}" if c.startswith(FORMULA) else c for c in cells)
    return out.getvalue()
