"""Letters that are written here: from typed texts to a PDF/A, made in a confined child (composing.py).

What a letter of a type looks like is in letter_types/; which fields a form offers for it is the product's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from signing.child import Allowance, call
from signing.errors import BadDocument

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
PAPERS = {"F4": (215, 330), "A4": (210, 297)}  # millimetres; F4 is what Indonesian offices print on
MOST_TOGETHER = 25  # letters that one child makes: its start costs as much as five of them
MOST_TEXT = 200_000  # characters in one call: some eighty pages
_ALLOWANCE = Allowance(seconds=40, patience=60.0, memory=1 << 30, answer=64 << 20)
_PICTURE = Allowance(seconds=5, patience=10.0, memory=512 << 20, answer=4 << 20)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u3000]")
# What all four faces of "Teken Surat" hold (tests/signing/test_writing.py compares).
_UNWRITABLE = re.compile(
    "[^\n\t -~\u00a1-\u024f\u1e00-\u1e9b\u1e9e\u1ea0-\u1ef9\u2010\u2012-\u2015\u2018-\u201a\u201c-\u201e"
    "\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2190\u2192\u2212\u2248\u2260\u2264\u2265]"
)


@dataclass(frozen=True)
class Letterhead:
    """The head (kop) of an office's letters: who it belongs to, its own name, and lines with address and telephone."""

    above: str
    name: str
    address: tuple[str, ...] = ()
    place: str = ""
    paper: str = "F4"


def compose(
    kind: str, letters: Sequence[Mapping[str, Any]], letterhead: Letterhead, logo: bytes = b""
) -> tuple[bytes, ...]:
    """PDF/A-2u files, tagged, one for each of `letters` (at most MOST_TOGETHER): the values that the template names.

    `logo` is a PNG of emblem(). Raises BadDocument: unwritable (detail: the signs that the typeface lacks),
    too_complex, broken.
    """
    if len(letters) > MOST_TOGETHER:
        raise ValueError("too many letters at once")
    arguments = {"kind": kind, "letters": tidy(list(letters)), "letterhead": tidy(asdict(letterhead))}
    if len(json.dumps(arguments, ensure_ascii=False)) > MOST_TEXT:
        raise BadDocument("too_complex", "characters")
    made = call("compose", logo, arguments, _ALLOWANCE).parts
    if len(made) != len(letters) or not all(pdf.startswith(b"%PDF-") for pdf in made):
        raise BadDocument("broken", "no sensible answer")
    return made


def emblem(picture: bytes) -> bytes:
    """An office's emblem as a small PNG without transparency. Raises BadDocument: not_picture, too_large."""
    (png,) = call("emblem", picture, None, _PICTURE).parts or (b"",)
    if not png.startswith(b"\x89PNG"):
        raise BadDocument("not_picture", "no sensible answer")
    return png


def long_date(iso: str) -> str:
    """23 November 2026."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def unwritable(text: str) -> str:
    """The signs of a text that the typeface of letters lacks, each once."""
    return "".join(sorted(set(_UNWRITABLE.findall(_plain(text)))))


def tidy(value: Any) -> Any:
    """All texts in one spelling (NFC), without invisible signs: what is printed is what was typed and nothing more."""
    if isinstance(value, Mapping):
        return {name: tidy(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(part) for part in value]
    if not isinstance(value, str):
        return value
    text = _plain(value)
    if unknown := unwritable(text):
        raise BadDocument("unwritable", unknown[:10])
    return text


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\u2011", "-")
    return _UNSEEN.sub("", _SPACES.sub(" ", plain))
