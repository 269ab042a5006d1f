"""Other libraries on the same file with the same key in the same run: as many as install here.

endesive installs and does not import: its oscrypto does not know this OpenSSL. None where a peer cannot be had.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from signing.keys import LocalKey

NPM = ("@libpdf/core@0.4.2", "@documenso/pdf-sign@0.1.0")
CLI = "pyhanko-cli==0.6.0"


@contextmanager
def installed() -> Iterator[Path]:
    """A folder with the peers that could be had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if shutil.which("npm"):
            _run("npm", "install", "--no-audit", "--no-fund", "--prefix", name, *NPM)
        if _run(sys.executable, "-m", "venv", folder / "cli").returncode == 0:
            _run(folder / "cli/bin/pip", "install", "--quiet", CLI)
        yield folder


def measure(folder: Path, pdf: bytes, key: LocalKey, times: int) -> dict[str, float | None]:
    """CPU milliseconds of one signature by each peer; the command line's is a whole process, imports and all."""
    _write(folder, pdf, key)
    return {
        "libpdf_ms": _node("libpdf", folder, times),
        "documenso_cms_ms": _node("documenso", folder, times),
        "pyhanko_cli_ms": _cli(folder),
    }


def _write(folder: Path, pdf: bytes, key: LocalKey) -> None:
    certificate = x509.load_der_x509_certificate(key.certificate_der)
    plain = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    store = pkcs12.serialize_key_and_certificates(
        b"bench", key.private_key, certificate, None, BestAvailableEncryption(b"bench")
    )
    (folder / "letter.pdf").write_bytes(pdf)
    (folder / "key.pem").write_bytes(plain)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.p12").write_bytes(store)


def _node(name: str, folder: Path, times: int) -> float | None:
    done = _run("node", Path(__file__).with_name("peers.mjs"), name, folder, times) if shutil.which("node") else None
    return round(float(done.stdout), 3) if done and done.returncode == 0 else None


def _cli(folder: Path) -> float | None:
    command = folder / "cli/bin/pyhanko"
    if not command.exists():
        return None
    options = ("--field", "Sig", "--no-pass", "--key", folder / "key.pem", "--cert", folder / "cert.pem")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = _run(
        command, "sign", "addsig", *options[:2], "pemder", *options[2:], folder / "letter.pdf", folder / "out.pdf"
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(spent * 1000, 1) if done.returncode == 0 else None


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)
