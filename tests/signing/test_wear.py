"""Two hundred worn prints of sealed codes at 25 mm, the smallest that is drawn: read and verified by another reader."""

from __future__ import annotations

import json
import random
import subprocess
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from PIL import Image

from signing import seal
from signing.keys import LocalKey
from signing.places import Placement
from signing.sign import sign
from tests import scanner
from tests.signing import wear
from tests.signing.office import STAMP, office, prepared, program
from tests.signing.test_seal import CLAIM

LETTERS, EACH = 5, 25  # 8 kinds of wear, 25 scans of each
SEALED = replace(STAMP, sealed=True)
# As the product looks at a still picture (static/js/lib/qr.js): another size or angle is another grid of samples.
LOOKS = ((1, 0), (2, 0), (1.5, 0), (0.7, 0), (1, 6), (1, -6), (3, 0), (2, 6), (2, -6))


class Fixed(LocalKey):
    """Always the same signature, so that each run looks at the same two hundred pictures (RFC 6979)."""

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))


VECTORS = json.loads((Path(__file__).parent / "vectors/seal.json").read_text())
KEY = Fixed(load_der_private_key(b64decode(VECTORS["test_key_pkcs8"]), None), b64decode(VECTORS["certificate"]))
AT = datetime(2026, 11, 24, 7, 15, tzinfo=UTC)


def printed(number: int, folder: Path) -> Image.Image:
    """The paper around the mark of one letter, as a printer of 300 dpi leaves it."""
    claim, place = replace(CLAIM, number=f"000.1.5/{number}/UM-2026"), Placement(1, 300, 500, *SEALED.size)
    (folder / "s.pdf").write_bytes(
        sign(prepared(stamp=SEALED, place=place), office().key, AT, claim=claim, seal_key=KEY).pdf
    )
    command = [program("pdftoppm"), "-r", str(wear.DPI), "-gray", "-png", "-singlefile", folder / "s.pdf", folder / "s"]
    subprocess.run(command, check=True)
    page = Image.open(folder / "s.png").convert("L")
    (code,) = scanner.codes(page)
    corners = code.position
    side = (corners.top_right.x - corners.top_left.x) / wear.DPI * 25.4
    assert 24.8 < side < 25.3, f"{side} mm"
    x, y = (corners.top_left.x + corners.bottom_right.x) / 2, (corners.top_left.y + corners.bottom_right.y) / 2
    half = round(wear.PIECE / 25.4 * wear.DPI / 2)
    box = (x - half, y - half, x + half, y + half)
    return page.transform((2 * half, 2 * half), Image.Transform.EXTENT, box, Image.Resampling.NEAREST, fillcolor=255)


def read(picture: Image.Image) -> str | None:
    for scale, degrees in LOOKS:
        size = round(picture.width * scale), round(picture.height * scale)
        turned = picture.resize(size, Image.Resampling.BICUBIC).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
        found = scanner.codes(turned)
        if found:
            return found[0].text
    return None


def is_genuine(text: str | None) -> bool:
    return text is not None and seal.verify(seal.read(text), KEY.certificate_der)


@pytest.mark.slow
def test_nearly_every_worn_print_still_proves_itself(tmp_path: Path) -> None:
    papers = [printed(number, tmp_path) for number in range(LETTERS)]
    lost: Counter[str] = Counter()
    for kind, worn in wear.KINDS.items():
        for number in range(EACH):
            picture = worn(papers[number % LETTERS], random.Random(f"{kind} {number}"))
            lost[kind] += not is_genuine(read(picture))
    total = len(wear.KINDS) * EACH
    assert total == 200 and lost.total() <= total // 100, lost


def test_the_wear_is_not_for_show(tmp_path: Path) -> None:
    """The worst of it, twice over, is too much: the pictures are really damaged."""
    paper = printed(1, tmp_path)
    everything = wear.through(*[wear.copied] * 6, wear.creased, wear.creased, wear.creased, wear.messaged)
    results = [is_genuine(read(everything(paper, random.Random(number)))) for number in range(8)]
    assert not all(results)
