"""Reading the words of a picture with Tesseract, in a confined process; the parent's side.

Tesseract gets a plain grey picture that our own child wrote, never the bytes of a stranger, and has no network, little
memory and little time. It starts through a few lines that give up rights and then become Tesseract (exec, no fork).
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from signing.child import _FOLDER, Allowance, _memory_file
from signing.errors import BadDocument

ALLOWANCE = Allowance(seconds=20, patience=30.0, memory=1 << 30, answer=4 << 20)
_START = (
    "import os, sys, types; package = types.ModuleType('signing'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['signing'] = package; from signing.confined import confine; "
    "confine(dict(seconds=int(sys.argv[2]), memory=int(sys.argv[3]), answer=int(sys.argv[4]))); "
    "os.execv(sys.argv[5], sys.argv[5:])"
)
_DATA = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")


@dataclass(frozen=True)
class Word:
    """A word as it was read, its box in pixels of the picture, how sure the reader is (0 to 100)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    sure: float


@cache
def program() -> tuple[str, str] | None:
    """(Tesseract, its language): Indonesian, else English; None where it is not installed."""
    path = shutil.which("tesseract")
    names = {file.stem for folder in _DATA for file in Path(folder).rglob("*.traineddata")} if path else set()
    language = next((name for name in ("ind", "eng") if name in names), None)
    return (path, language) if path and language else None


def read(picture: bytes, block: str = "6") -> list[Word]:
    """The words of a grey picture (PGM), line by line. `block` is Tesseract's page segmentation mode.

    Raises BadDocument: no_reader where none is installed, too_complex when it takes too long. About one second a page.
    """
    found = program()
    if found is None:
        raise BadDocument("no_reader")
    path, language = found
    command = [path, "stdin", "stdout", "-l", language, "--psm", block, "--dpi", "216", "tsv"]
    limits = [str(value) for value in (ALLOWANCE.seconds, ALLOWANCE.memory, ALLOWANCE.answer)]
    with _memory_file() as question, _memory_file() as answer:
        question.write(picture)
        question.seek(0)
        try:
            done = subprocess.run(  # noqa: S603  # this very interpreter, and words of our own
                [sys.executable, "-I", "-c", _START, _FOLDER, *limits, *command],
                stdin=question,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
                cwd="/",
                timeout=ALLOWANCE.patience,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as cause:
            raise BadDocument("too_complex", "the reader took too long") from cause
        if done.returncode:
            raise BadDocument("too_complex", f"the reader ended with {done.returncode}")
        answer.seek(0)
        return list(_words(answer.read(ALLOWANCE.answer).decode("utf-8", "replace")))


def _words(table: str) -> Iterator[Word]:
    """Level 5 of Tesseract's TSV: left, top, width, height, confidence, text are its last six columns."""
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            left, top, width, height = (float(cell) for cell in cells[6:10])
            sure = float(cells[10])
            if all(map(math.isfinite, (left, top, width, height, sure))):
                yield Word(cells[11].strip()[:80], left, top, left + width, top + height, sure)
