"""Independent witnesses of a signed letter: poppler, qpdf and NSS judge the file, zxing-cpp reads the print."""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

from PIL import Image

DPI = 150  # an office printer in a hurry, in grey


def printed(pdf: Path, page: int) -> Image.Image:
    """One page as it comes out of the printer."""
    out = pdf.with_suffix("")
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run([*command, str(pdf), str(out)], check=True, timeout=60)
    with Image.open(out.with_suffix(".png")) as image:
        return image.convert("L")


def judge(pdf: Path, root_url: str) -> str:
    """What pdfsig says where nothing but the published root is trusted."""
    store = pdf.parent / "nss"
    store.mkdir(exist_ok=True)
    root = pdf.parent / "root.pem"
    with urllib.request.urlopen(root_url, timeout=10) as answer:
        root.write_bytes(answer.read())
    certutil = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, capture_output=True)
    subprocess.run([*certutil, "-A", "-n", "root", "-t", "CT,C,C", "-i", str(root)], check=True, capture_output=True)
    command = ["pdfsig", "-nssdir", str(store), str(pdf)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def is_sound(pdf: Path) -> bool:
    """Whether qpdf finds nothing to complain about in the file's structure."""
    return subprocess.run(["qpdf", "--check", str(pdf)], capture_output=True, timeout=60).returncode == 0
