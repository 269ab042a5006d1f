"""The verification codes that a file carries: in its text, and in QR codes, also where they are pictures (pictured.py).
Who pastes our mark on another letter carries a code of ours along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pypdfium2 as pdfium

from signing import codes, texts
from signing.child import Allowance, call
from signing.errors import BadDocument
from signing.pictures import opened, printed

ADDRESS = re.compile(r"/\s?[vV]\s?/\s?([0-9A-Za-z]{4}-?[0-9A-Za-z]{4}-?[0-9A-Za-z]{4})(?![0-9A-Za-z])")
_MOST_PAGES, MOST_CODES = 30, 3  # few codes: a file full of them would be a way of guessing


def codes_in(pdf: bytes) -> tuple[str, ...]:
    """Up to three codes (normalised, each once) in addresses .../v/CODE; none of a file that cannot be read."""
    found = [*_asked("written", pdf), *_asked("pictured", pdf)]
    read = (codes.normalise(text) for text in found if isinstance(text, str))
    return tuple(dict.fromkeys(code for code in read if code))[:MOST_CODES]


def _asked(verb: str, pdf: bytes) -> list[Any]:
    """Each in a child of its own: pages that take too long to draw do not cost what the text says."""
    try:
        return list(call(verb, pdf, {}, Allowance(seconds=6, patience=20.0)).values)
    except (BadDocument, TypeError):
        return []


def read(pdf: bytes, arguments: Mapping[str, Any]) -> list[str]:
    """Verb `written`: the codes as they stand there. The last page first, where marks are."""
    with opened(pdf) as document:
        numbers = range(len(document), max(0, len(document) - _MOST_PAGES), -1)
        found = (code for number in numbers for code in _of_page(document, number))
        return list(islice(dict.fromkeys(found), MOST_CODES))


def _of_page(document: pdfium.PdfDocument, number: int) -> Iterator[str]:
    """In marks too. Lines may break anywhere."""
    text = texts.whole(printed(document, number)).replace("\ufffe", "")
    for between in (" ", ""):
        yield from ADDRESS.findall(text.replace("\r\n", between))
