"""Runs one piece of work on hostile bytes in a short-lived, confined child process; the parent's side.

A file that makes a parser crash, loop or eat memory takes only the child along. The work itself is named in
confined.py, which is also where the child gives up its rights. Nothing here looks into a PDF.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from signing.errors import BadDocument

# The package is put in by hand: its public face imports all of signing, 400 ms that no child needs.
_START = (
    "import sys, types; package = types.ModuleType('signing'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['signing'] = package; from signing.confined import main; main(sys.argv[2])"
)
_FOLDER = str(Path(__file__).parent)
_FONTS = str(Path(__file__).parent / "fonts/fonts.conf")
_OVER = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ, -signal.SIGTRAP, -signal.SIGABRT}


@dataclass(frozen=True)
class Allowance:
    """What a child may use: processor seconds, wall-clock seconds, bytes of memory, bytes of answer."""

    seconds: int = 8
    patience: float = 25.0
    memory: int = 1 << 30
    answer: int = 64 << 20


@dataclass(frozen=True)
class Answer:
    """What a child says: JSON values and any number of binary parts (page images). Not to be trusted blindly."""

    values: Any
    parts: tuple[bytes, ...] = ()


def call(
    verb: str, pdf: bytes, arguments: Mapping[str, Any] | None = None, allowance: Allowance | None = None
) -> Answer:
    """Do `verb` (a key of confined.VERBS) on `pdf` in a child of its own and wait for the answer.

    Raises BadDocument as the work does; too_complex for a child that used up its allowance; broken for one that
    died otherwise.
    """
    allowance = allowance or Allowance()
    if (confined := sys.modules.get("signing.confined")) and confined.inside:
        return Answer(*confined.work(verb, pdf, arguments or {}))  # already in a child: no process in a process
    with _memory_file() as question, _memory_file() as answer:
        header = json.dumps({"arguments": dict(arguments or {}), "allowance": asdict(allowance)})
        question.write(header.encode() + b"\n" + pdf)
        question.seek(0)
        code = _run(verb, question, answer, allowance.patience)
        answer.seek(0)
        return _read(answer.read(), code, allowance)


def _run(verb: str, question: IO[bytes], answer: IO[bytes], patience: float) -> int:
    """Start the child, wait, kill it when it is late. -> its return code, negative for a signal."""
    # Nothing of ours: no keys, no addresses. openpyxl reads with the one XML parser that refuses entities.
    # Letters are set in the typefaces that come along, never in what a machine happens to have.
    environment = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "OPENPYXL_LXML": "False", "FONTCONFIG_FILE": _FONTS}
    with subprocess.Popen(  # noqa: S603  # this very interpreter, and words of our own
        [sys.executable, "-I", "-c", _START, _FOLDER, verb],
        stdin=question,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        close_fds=True,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(patience)
        except BaseException as cause:
            process.kill()
            if isinstance(cause, subprocess.TimeoutExpired):
                return -signal.SIGKILL
            raise


def _read(answer: bytes, code: int, allowance: Allowance) -> Answer:
    """Take the answer apart; everything in it may have been written by a child that the file took over."""
    if code in _OVER:
        raise BadDocument("too_complex", f"child ended with {code}")
    try:
        head, _, rest = answer[: allowance.answer].partition(b"\n")
        message = json.loads(head)
        if "error" in message:
            raise BadDocument(str(message["error"])[:40], str(message.get("detail", ""))[:200])
        return Answer(message["values"], tuple(_cut(rest, message["sizes"])))
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise BadDocument("broken", f"child ended with {code}") from cause


def _cut(rest: bytes, sizes: list[int]) -> list[bytes]:
    parts, start = [], 0
    for size in sizes:
        parts.append(rest[start : start + size])
        start += size
    if start != len(rest):
        raise ValueError("sizes do not add up")
    return parts


def _memory_file() -> IO[bytes]:
    """A file without a name, in memory where the system can: a letter never touches the disk on this way."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("teken"), "w+b")
    return tempfile.TemporaryFile()
