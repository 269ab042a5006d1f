"""Two hundred worn prints of sealed codes at 25 mm, the smallest that is drawn: read and verified by another reader."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from signing import seal
from signing.places import Placement
from signing.sign import sign
from tests.signing import wear
from tests.signing.office import NOW, STAMP, office, prepared, program
from tests.signing.test_seal import CLAIM

LETTERS, EACH = 5, 25  # 8 kinds of wear, 25 scans of each
SEALED = replace(STAMP, sealed=True)
# As the product looks at a still picture (static/js/lib/qr.js): another size is another grid of samples.
LOOKS = (1, 2, 1.5, 0.7)


def printed(number: int, folder: Path) -> Image.Image:
    """The paper around the mark of one letter, as a printer of 300 dpi leaves it."""
    claim, place = replace(CLAIM, number=f"000.1.5/{number}/UM-2026"), Placement(1, 300, 500, *SEALED.size)
    (folder / "s.pdf").write_bytes(sign(prepared(stamp=SEALED, place=place), office().key, NOW, claim=claim).pdf)
    command = [program("pdftoppm"), "-r", str(wear.DPI), "-gray", "-png", "-singlefile", folder / "s.pdf", folder / "s"]
    subprocess.run(command, check=True)
    page = Image.open(folder / "s.png").convert("L")
    (code,) = zxingcpp.read_barcodes(page)
    corners = code.position
    side = (corners.top_right.x - corners.top_left.x) / wear.DPI * 25.4
    assert 24.8 < side < 25.3, f"{side} mm"
    x, y = (corners.top_left.x + corners.bottom_right.x) / 2, (corners.top_left.y + corners.bottom_right.y) / 2
    half = round(wear.PIECE / 25.4 * wear.DPI / 2)
    box = (x - half, y - half, x + half, y + half)
    return page.transform((2 * half, 2 * half), Image.Transform.EXTENT, box, Image.Resampling.NEAREST, fillcolor=255)


def read(picture: Image.Image) -> str | None:
    for scale in LOOKS:
        size = round(picture.width * scale), round(picture.height * scale)
        found = zxingcpp.read_barcodes(picture.resize(size, Image.Resampling.BICUBIC))
        if found:
            return found[0].text
    return None


def is_genuine(text: str | None) -> bool:
    return text is not None and seal.verify(seal.read(text), office().key.certificate_der)


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
