"""The commands inspect and sign: files and the clock on one side, the library on the other.

Both answer for any input at all, also for a folder, a device or a file of gigabytes: nothing is read beyond the limit.
"""

from __future__ import annotations

import argparse
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import signing
from signing import authority, codes, reasons
from signing.errors import BadDocument, SigningError, foreign
from signing.keys import LocalKey

FINE, REFUSED = 0, 3
_MARGIN, _EDGE = 36.0, 4.0  # points from the edge: as wished, at least


def add(commands: Any) -> None:
    """Add inspect and sign to the parser's sub-commands."""
    for name, command in (("inspect", inspect), ("sign", sign)):
        sub = commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
        sub.add_argument("file", type=Path)
        sub.add_argument("--json", action="store_true", help="one JSON object")
        sub.set_defaults(command=command)
    sub.add_argument("out", type=Path, nargs="?", help="where the signed file goes")
    sub.add_argument("--output", type=Path, help="the same")
    sub.add_argument("--demo", action="store_true", required=True, help="with a throw-away authority")
    sub.add_argument("--root-out", type=Path, help="write the demo root (PEM) there")
    sub.add_argument("--root", type=Path, help="write the demo root (DER) there")


def inspect(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Say whether a file may be signed: accept, accept-after-repair or refuse, and why."""
    try:
        upload, found = _examined(options.file)
    except SigningError as error:
        return REFUSED, _refused(error)
    return FINE, _accepted(upload, found)


def sign(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Inspect, repair, stamp and sign with an authority made for the occasion; for developers and checks only."""
    out = options.out or options.output
    if out is None:
        raise OSError("say where the signed file goes: sign FILE OUT")
    code, now = codes.new_code(), datetime.now(UTC)
    stamp = signing.Stamp(
        f"HTTPS://CONTOH.INVALID/V/{code}",
        ("Pejabat Uji Coba", "Jabatan Uji Coba"),
        f"UJI COBA - BUKAN DOKUMEN RESMI. Kode {codes.display(code)}.",
        sealed=True,
    )
    key, root = _demo_key(now)
    try:
        upload, found = _examined(options.file, stamp.size)
        signed = _signed(found, stamp, key, now, options.file.name)
    except SigningError as error:
        return REFUSED, _refused(error)
    out.write_bytes(signed.pdf)
    if options.root_out:
        options.root_out.write_bytes(x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM))
    if options.root:
        options.root.write_bytes(root)
    made = {"signed": str(out), "signed_sha256": signed.sha256, "level": signed.level, "code": code}
    return FINE, _accepted(upload, found) | made


def _examined(path: Path, size: tuple[float, float] | None = None) -> tuple[bytes, signing.Examination]:
    upload = _read(path, signing.Limits().max_bytes)
    with foreign(BadDocument, "broken"):
        return upload, signing.examine(upload, signing.Limits(patience=_patience()), size=size)


def _patience() -> float:
    """Seconds that the examination may take, so that the whole command takes less than ten on a busy machine too."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        spent = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError, IndexError):
        spent = 2.0
    return max(3.0, 9.0 - spent)


def _read(path: Path, most: int) -> bytes:
    """One byte more than allowed tells that there is more. A device or a pipe may never end, or never begin."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadDocument("not_pdf", "no regular file")
        with path.open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        raise BadDocument("unreadable", str(error)) from error


def _refused(error: SigningError) -> dict[str, Any]:
    reason = {"code": error.code, "text": reasons.refusal(error.code), "detail": error.detail}
    return {"verdict": "refuse", "reasons": [reason], "pages": None}


def _accepted(upload: bytes, found: signing.Examination) -> dict[str, Any]:
    told = [{"code": code, "text": reasons.REPAIRS[code], "kind": "repair"} for code in found.repairs]
    told += [{"code": code, "text": reasons.WARNINGS[code], "kind": "warning"} for code in found.facts.warnings]
    return {
        "verdict": "accept-after-repair" if found.repairs else "accept",
        "reasons": told,
        "pages": found.facts.pages,
        "sizes": found.facts.sizes,
        "signatures": found.facts.signatures,
        "bytes": len(upload),
        "sha256": found.facts.sha256,
    }


def _signed(
    found: signing.Examination, stamp: signing.Stamp, key: LocalKey, now: datetime, subject: str
) -> signing.SignedPdf:
    with foreign(BadDocument, "broken"):
        prepared = signing.prepare(
            found.pdf, stamp, found.suggestion or _corner(found.facts, stamp.size), field="UjiCoba",
            name="Pejabat Uji Coba", reason="Uji coba", location="Contoh",
        )  # fmt: skip
        claim = signing.Claim(
            "UJI COBA", subject, "Pejabat Uji Coba", "Jabatan Uji Coba", "UJI COBA - TIDAK SAH", now.date(),
            found.facts.pages, bytes.fromhex(found.facts.sha256),
        )  # fmt: skip
        return signing.sign(prepared, key, now, claim=claim)


def _corner(facts: signing.PdfFacts, size: tuple[float, float]) -> signing.Placement:
    """Low on the right of the last page that has room for it, smaller where the page is."""
    rooms = [(min(size[0], width - 2 * _EDGE), min(size[1], height - 2 * _EDGE)) for width, height in facts.sizes]
    number = max(range(len(rooms)), key=lambda index: (rooms[index], index))
    (width, height), (across, down) = rooms[number], facts.sizes[number]
    x = max(across - width - _MARGIN, (across - width) / 2 if across - width < 2 * _MARGIN else 0.0)
    y = max(down - height - _MARGIN, (down - height) / 2 if down - height < 2 * _MARGIN else 0.0)
    return signing.Placement(number + 1, x, y, width, height)


def _demo_key(now: datetime) -> tuple[LocalKey, bytes]:
    start = now - timedelta(minutes=5)
    root_key, root = authority.create_root("UJI COBA - Otoritas (tidak tersertifikasi)", start, 1)
    issuing_key, issuing = authority.create_issuing(
        root_key, root, "UJI COBA - Penerbit (tidak tersertifikasi)", start, 1
    )
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    subject = authority.Subject("Pejabat Uji Coba", organization="UJI COBA - TIDAK SAH")
    certificate = authority.issue(issuing_key, issuing, spki, subject, start, now + timedelta(days=30), crl_url="")
    return LocalKey(key, certificate, (issuing,)), root
