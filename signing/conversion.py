"""A DOCX or ODT into a PDF/A, by LibreOffice where it is installed, in a confined process; the parent's side.

It has no network, a profile of its own that forbids macros and links, a folder that goes with it, and little time,
memory and room. What it makes is a stranger's PDF: it is examined like any upload.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

from signing.child import _FOLDER
from signing.errors import BadDocument

SECONDS, PATIENCE = 60, 75.0  # of processor, by the clock on the wall
_MEMORY, _ANSWER = 3 << 30, 64 << 20
_PROCESSES, _FILES = 256, 512  # its threads, and what it opens to begin at all
_MOST_PARTS, _MOST_UNPACKED, _MOST_TEXT = 2_000, 200_000_000, 50_000_000  # of the zip; bytes
_AGAIN = 81
_PROGRAMS = ("/usr/lib/libreoffice/program/soffice.bin", "/opt/libreoffice/program/soffice.bin")
_REACHING_DOCX = (b"INCLUDETEXT", b"INCLUDEPICTURE", b"DDEAUTO", b" DDE ")
_REACHING_ODT = (b"section-source", b"<office:dde-source")
# Anything but a link to click that names a file or an address outside of the document.
_LINKED_ODT = re.compile(rb"""<(?!text:a\b|draw:a\b)[^<>]*\bxlink:href\s*=\s*["'](?:[a-zA-Z]+:|/|\.\./|\\)""")
_START = (
    "import os, sys, types; package = types.ModuleType('signing'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['signing'] = package; from signing.confined import confine; names = ('seconds', 'memory', 'answer', "
    "'processes', 'files'); confine(dict(zip(names, map(int, sys.argv[2:7])))); os.execv(sys.argv[7], sys.argv[7:])"
)
# Source: org.openoffice.Office.Common and .Writer, schemas of LibreOffice 7.
_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
    },
    "org.openoffice.Office.Writer/Content/Update": {"Link": "2", "Field": "false", "Chart": "false"},
}
_FILTER = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportFormFields":{"type":"boolean","value":"false"}}'
)


_ALONE = threading.Lock()  # one at a time in each process: it is large


@cache
def program() -> str | None:
    """LibreOffice itself, without the script around it; None where it is not installed."""
    link = shutil.which("soffice")
    near = (str(Path(link).resolve().with_name("soffice.bin")),) if link else ()
    return next((path for path in (*near, *_PROGRAMS) if Path(path).is_file()), None)


def kind(data: bytes) -> str | None:
    """ "docx" or "odt" by what is inside; None for anything else."""
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            names = {part.filename for part in parts.infolist()}
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return "docx"
            is_text = "mimetype" in names and parts.open("mimetype").read(80).endswith(b"opendocument.text")
            return "odt" if is_text and "content.xml" in names else None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None


def convert(data: bytes) -> bytes:
    """The PDF of a document; takes seconds.

    Raises BadDocument: no_converter (nothing is installed), not_office, macros, external_content (a link to a file or
    address that would be read), busy, too_complex, broken.
    """
    found, ending = program(), kind(data)
    if ending is None:
        raise BadDocument("not_office")
    _require_harmless(data)
    if found is None:
        raise BadDocument("no_converter")
    if not _ALONE.acquire(timeout=PATIENCE):
        raise BadDocument("busy")
    try:
        return _converted(found, data, ending)
    finally:
        _ALONE.release()


def _converted(found: str, data: bytes, ending: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="teken-") as name:
        folder = Path(name)
        (folder / f"surat.{ending}").write_bytes(data)
        _write_profile(folder)
        for _ in range(2):  # at the first start it sets up its profile and asks to be started again
            if _run(found, folder, ending) != _AGAIN:
                break
        try:
            pdf = (folder / "surat.pdf").read_bytes()
        except OSError as cause:
            raise BadDocument("broken", "nothing came of it") from cause
    if not pdf.startswith(b"%PDF-"):
        raise BadDocument("broken", "no PDF")
    return pdf


def _run(found: str, folder: Path, ending: str) -> int:
    """-> 0, or _AGAIN."""
    quiet = ["--headless", "--norestore", "--nologo", "--nolockcheck"]
    command = [found, f"-env:UserInstallation=file://{folder}/profile", *quiet, "--convert-to", _FILTER]
    command += ["--outdir", str(folder), str(folder / f"surat.{ending}")]
    limits = [str(value) for value in (SECONDS, _MEMORY, _ANSWER, _PROCESSES, _FILES)]
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    with subprocess.Popen(  # noqa: S603  # this very interpreter, and words of our own
        [sys.executable, "-I", "-c", _START, _FOLDER, *limits, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            code = process.wait(PATIENCE)
        except BaseException as cause:
            process.kill()
            if isinstance(cause, subprocess.TimeoutExpired):
                raise BadDocument("too_complex", "the converter took too long") from cause
            raise
    if code not in (0, _AGAIN):
        raise BadDocument("too_complex" if code < 0 else "broken", f"the converter ended with {code}")
    return code


def _require_harmless(data: bytes) -> None:
    """Before LibreOffice sees it: no bomb, no macros, nothing that reads a file or an address while it is laid out."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        listed = parts.infolist()
        names = [part.filename.lower() for part in listed]
        if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > _MOST_UNPACKED:
            raise BadDocument("too_complex", "parts")
        if len(set(names)) < len(names) or any(part.flag_bits & 1 for part in listed):
            raise BadDocument("broken", "parts twice, or encrypted")
        if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
            raise BadDocument("macros")
        for part in listed:
            if part.file_size <= _MOST_TEXT and part.filename.endswith((".rels", ".xml")):
                _require_inside(parts.read(part), part.filename)


def _require_inside(text: bytes, name: str) -> None:
    if name.endswith(".rels"):
        for link in text.split(b"<Relationship ")[1:]:
            is_link = b'/hyperlink"' in link or b"/hyperlink'" in link
            if b"External" in link and not is_link:
                raise BadDocument("external_content", name[:80])
    reaching = _REACHING_DOCX if name.startswith("word/") else _REACHING_ODT
    is_linked = name in ("content.xml", "styles.xml") and _LINKED_ODT.search(text)
    if is_linked or any(sign in text for sign in reaching):
        raise BadDocument("external_content", name[:80])
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BadDocument("too_complex", "entities")


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    (folder / "profile/user").mkdir(parents=True)
    (folder / "profile/user/registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )
