"""The quick symbol against the library's own and against another reader."""

import io
import random
import re
import statistics

import pytest
import qrcode.util
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from signing import qr
from signing.errors import BadMark
from tests import scanner

PREFIX = "HTTPS://TTE.CONTOH.GO.ID/V/8F3K2M9Q7XTD"


def digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def drawn(path: bytes, count: int) -> list[list[bool]]:
    matrix = [[False] * count for _ in range(count)]
    for x, y, width, height in re.findall(rb"(\d+) (\d+) (\d+) (\d+) re", path):
        for column in range(int(x), int(x) + int(width)):
            for up in range(int(y), int(y) + int(height)):
                matrix[count - 1 - up][column] = True
    return matrix


def picture(matrix: list[list[bool]], scale: int = 4) -> Image.Image:
    count = len(matrix) + 8
    image = Image.new("L", (count, count), 255)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            image.putpixel((column + 4, row + 4), 0 if dark else 255)
    return image.resize((count * scale, count * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize("version", [11, 12])
@pytest.mark.parametrize("filling", [1.0, 0.5])
def test_the_library_draws_the_same_symbol(version: int, filling: float) -> None:
    symbol = qr.symbol(version)
    number = digits(random.Random(version), int(symbol.digits(PREFIX) * filling))
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=qr._MASK, border=0)
    for data, mode in ((PREFIX, qrcode.util.MODE_ALPHA_NUM), ("#", qrcode.util.MODE_8BIT_BYTE)):
        code.add_data(qrcode.util.QRData(data.encode(), mode=mode))
    code.add_data(qrcode.util.QRData(number.encode(), mode=qrcode.util.MODE_NUMBER))
    code.make(fit=False)
    assert drawn(symbol.path(PREFIX, number), symbol.count) == [[bool(dark) for dark in row] for row in code.modules]


@pytest.mark.parametrize("prefix", [PREFIX, PREFIX.lower(), "http://localhost:8000/v/8f3k2m9q7xtd", "HTTPS://X/V/8"])
@pytest.mark.parametrize("version", [11, 12])
def test_another_reader_reads_it_at_every_length(prefix: str, version: int) -> None:
    symbol, dice = qr.symbol(version), random.Random(3)
    most = symbol.digits(prefix)
    for count in {0, 1, 2, 3, 100, most - 1, most}:
        number = digits(dice, count)
        (found,) = scanner.codes(picture(drawn(symbol.path(prefix, number), symbol.count)))
        assert found.text == (f"{prefix}#{number}" if number else prefix)


def test_what_does_not_fit_is_refused() -> None:
    symbol = qr.symbol(11)
    with pytest.raises(BadMark, match="address_too_long"):
        symbol.path(PREFIX, "1" * (symbol.digits(PREFIX) + 3))
    with pytest.raises(BadMark, match="address_too_long"):
        symbol.path("HTTPS://" + "X" * 500)


@pytest.mark.parametrize("version", [11, 12])
def test_the_room_reserved_is_eight_standard_deviations_above_the_mean(version: int) -> None:
    symbol, dice = qr.symbol(version), random.Random(5)
    most = symbol.digits(PREFIX)
    lengths = [len(symbol.path(PREFIX, digits(dice, most))) for _ in range(400)]
    assert statistics.mean(lengths) + 7 * statistics.stdev(lengths) < symbol.room


def test_it_is_one_path_for_one_fill() -> None:
    assert re.fullmatch(rb"(\d+ \d+ \d+ \d+ re )+", qr.symbol(11).path(PREFIX, "123"))
    assert re.fullmatch(rb"(\d+ \d+ \d+ \d+ re )+", qr.path(qr.modules(PREFIX)))
    buffer = io.BytesIO()
    picture(drawn(qr.path(qr.modules(PREFIX)), 29)).save(buffer, "png")
    (found,) = scanner.codes(Image.open(buffer))
    assert found.text == PREFIX
