"""What another program than ours reads from a printed or photographed page."""

from __future__ import annotations

import zxingcpp
from PIL import Image


def codes(page: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR codes on it. Asked for every kind, zxing-cpp now and then takes a line of text for a bar code."""
    return list(zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode))
