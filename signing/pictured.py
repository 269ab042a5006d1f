"""Inside the child: the verification codes in QR codes that a file shows as pictures, as a scan or a pasted mark."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import zxingcpp

from signing.pictures import draw, opened, printed
from signing.written import ADDRESS, MOST_CODES

_SCALE = 200 / 72  # pixels a point: a mark of 25 mm has more than three a module
_LAST = 9  # pages that are drawn, the last first, where marks are; and the first one


def read(pdf: bytes, arguments: Mapping[str, Any]) -> list[str]:
    """Verb `pictured`: the codes as they stand in the addresses .../v/CODE."""
    with opened(pdf) as document:
        pages = len(document)
        numbers = dict.fromkeys([*range(pages, max(0, pages - _LAST), -1), 1])
        found = (
            code
            for number in numbers
            for symbol in zxingcpp.read_barcodes(
                draw(printed(document, number), _SCALE, grey=True), formats=zxingcpp.BarcodeFormat.QRCode
            )
            for code in ADDRESS.findall(symbol.text)
        )
        return list(islice(dict.fromkeys(found), MOST_CODES))
