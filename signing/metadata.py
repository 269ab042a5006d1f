"""A document's XMP metadata (ISO 16684-1), which every signature and time-stamp notes its time in."""

from __future__ import annotations

from io import BytesIO


def is_readable(packet: bytes) -> bool:
    """Whether something can be noted in it; what is no XMP, no signature could ever be added to."""
    from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp  # noqa: PLC0415  # a letter without XMP does not pay for it

    try:
        parse_xmp(BytesIO(packet))
    except Exception:  # noqa: BLE001  # whatever an XML parser raises on hostile bytes
        return False
    return True
