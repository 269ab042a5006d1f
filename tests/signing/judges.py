"""Outside judges of a signed letter: pdfsig with a root store, and openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing.office import catalog, program


def pdfsig(pdf: bytes, roots: list[bytes], folder: Path) -> str:
    """What poppler says, with these roots trusted."""
    store = folder / "nss"
    store.mkdir()
    certutil = [program("certutil"), "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, capture_output=True)
    for number, der in enumerate(roots):
        pem = folder / f"root-{number}.pem"
        pem.write_bytes(_pem(der))
        trust = ["-A", "-n", f"root-{number}", "-t", "CT,C,C", "-i", str(pem)]
        subprocess.run([*certutil, *trust], check=True, capture_output=True)
    (folder / "judged.pdf").write_bytes(pdf)
    command = [program("pdfsig"), "-nssdir", str(store), str(folder / "judged.pdf")]
    return subprocess.run(command, capture_output=True, text=True).stdout


def openssl_verifies(pdf: bytes, root: bytes, folder: Path) -> bool:
    """`openssl cms -verify` over the last signature, its chain built from what the file embeds."""
    signature = [field.V for field in catalog(pdf).AcroForm.Fields if "/V" in field][-1]
    _, end, start, rest = (int(number) for number in signature.ByteRange)
    (folder / "content").write_bytes(pdf[:end] + pdf[start : start + rest])
    (folder / "cms").write_bytes(cms.ContentInfo.load(bytes(signature.Contents)).dump())
    (folder / "root.pem").write_bytes(_pem(root))
    command = [program("openssl"), "cms", "-verify", "-binary", "-inform", "DER", "-in", str(folder / "cms")]
    command += ["-content", str(folder / "content"), "-CAfile", str(folder / "root.pem"), "-purpose", "any"]
    return subprocess.run([*command, "-out", str(folder / "out")], capture_output=True).returncode == 0


def require_valid(pdf: bytes, roots: list[bytes], folder: Path, *, times: int = 1, has_responder: bool = True) -> None:
    """Without `has_responder` the certificates name an OCSP responder that does not run: openssl judges the chain."""
    shown = pdfsig(pdf, roots, folder)
    assert shown.count("Signature is Valid.") == times, shown
    assert not has_responder or shown.count("Certificate is Trusted.") == times, shown
    assert shown.count("Total document signed") == 1
    assert openssl_verifies(pdf, roots[-1], folder)


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
