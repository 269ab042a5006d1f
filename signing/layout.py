"""Inside the child: what a drafter should look at before a letter goes to its official. Signs of a mistake, no verdict.

A letterhead that is not there, pages of several sizes, more than one signature block; and the numbers and dates that
the text names, so that the product can compare them with the facts that were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pypdfium2 as pdfium

from signing import blocks, particulars, texts
from signing.leaves import normalise_number
from signing.pictures import load
from signing.spaces import Sheet
from signing.texts import Box

_HEAD = 0.2  # of the first page's height: where a letterhead (kop) stands
_OFFICES = (
    r"(?:pemerintah|kabupaten|kota|provinsi|bupati|wali\s?kota|gubernur|sekretariat|dinas|badan|inspektorat|kecamatan|"
    r"kelurahan|nagari|kementerian|dewan|rumah sakit|republik|puskesmas)"
)
_KOP, _SPACED_KOP = re.compile(rf"\b{_OFFICES}\b", re.IGNORECASE), re.compile(_OFFICES, re.IGNORECASE)
_SPACED = re.compile(r"(?:\b\w )+\w\b")  # B U P A T I
_LEAST_SHARE = 0.01  # of the head's area: less ink than that is no emblem
_SAME_SIZE = 3.0  # points
_FIRST, _LAST = 8, 4  # pages looked at: a letter's own number, date and block are not in the middle of its attachments
_MOST = 40  # numbers and dates kept
_NUMBER = re.compile(r"(?<![\w./:])(?=[^\s,]*\d)(?:[\w.\-]+ ?[/\u2044\u2215] ?)+[\w.\-]*\w")
_STATED = re.compile(
    r"^[ ▏]*(?:nomor|no\.?)[ ▏]*:[ ▏]*([^\n▏]{1,80})|^[ ▏]*NOMOR[ ▏]+(\d[^\n▏]{0,79})", re.MULTILINE | re.IGNORECASE
)
_MONTHS = {name: number for number, name in enumerate(
    ("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
     "desember"), 1)}  # fmt: skip
_LONG_DATE = re.compile(rf"(?<!\d)([0-3]?\d)\s+({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_SHORT_DATE = re.compile(r"(?<![\d./-])([0-3]?\d)([-/.])([01]?\d)\2((?:19|20)\d\d)(?![\d/])")


def look(document: pdfium.PdfDocument, sizes: Sequence[tuple[float, float]]) -> tuple[set[str], dict[str, list[str]]]:
    """-> warnings, and what the text mentions: {"stated" (after "Nomor:"), "numbers": normalised, "dates": ISO}."""
    warnings = {"mixed_sizes"} if _differ(sizes) else set()
    mentions: dict[str, dict[str, None]] = {"stated": {}, "numbers": {}, "dates": {}}
    found_blocks = 0
    count = len(document)
    for number in dict.fromkeys((*range(1, min(count, _FIRST) + 1), *range(max(1, count - _LAST + 1), count + 1))):
        page = load(document, number)
        rows = texts.lines(texts.glyphs(page))
        text, _ = particulars.flow(rows)
        for kind, find in (("stated", _stated), ("numbers", _numbers), ("dates", _dates)):
            mentions[kind] |= dict.fromkeys(find(text))
        if blocks.may_hold(text):
            found_blocks += len(blocks.signed(texts.segments(rows), sizes[number - 1][0]))
        if number == 1 and not _has_letterhead(page, rows):
            warnings.add("no_letterhead")
        page.close()
    if found_blocks > 1:
        warnings.add("several_blocks")
    return warnings, {kind: list(found)[:_MOST] for kind, found in mentions.items()}


def _differ(sizes: Sequence[tuple[float, float]]) -> bool:
    """Whether there is more than one kind of paper; a page lying on its side is the same paper."""
    papers = [sorted(size) for size in sizes]
    return any(abs(side - first) > _SAME_SIZE for paper in papers for side, first in zip(paper, papers[0], strict=True))


def _has_letterhead(page: pdfium.PdfPage, rows: Iterable[Sequence[Box]]) -> bool:
    """An office's words or an emblem at the head of the page; of a scan, anything there."""
    sheet = Sheet(page)
    head = Box("", 0, 0, sheet.width, sheet.height * _HEAD)
    words = " ".join(segment.text for segment in texts.segments(rows) if segment.middle < head.y1)
    plain = unicodedata.normalize("NFKC", words)
    spaced = (run.replace(" ", "") for run in _SPACED.findall(plain))
    if _KOP.search(plain) or any(_SPACED_KOP.match(run) for run in spaced):
        return True
    return not words and sheet.ink(head) > _LEAST_SHARE


def _stated(text: str) -> Iterable[str]:
    for match in _STATED.finditer(text):
        yield normalise_number(match[1] or match[2])[:80]


def _numbers(text: str) -> Iterable[str]:
    for match in _NUMBER.finditer(text):
        if not particulars.is_address(match.group()):
            yield normalise_number(match.group())[:80]


def _dates(text: str) -> Iterable[str]:
    flat = text.replace("▏", " ")
    found: list[tuple[Any, Any, Any]] = [(m[3], _MONTHS[m[2].lower()], m[1]) for m in _LONG_DATE.finditer(flat)]
    found += [(m[4], m[3], m[1]) for m in _SHORT_DATE.finditer(flat)]
    for year, month, day in found:
        try:
            yield date(int(year), int(month), int(day)).isoformat()
        except ValueError:  # 31 Februari
            continue
