"""Inside the child: what stands under boxes on pages; coordinates as in places.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signing import texts
from signing.pictures import load, opened
from signing.spaces import Sheet
from signing.texts import Box


def look(pdf: bytes, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Verb `underneath`: {text, ink, is_picture} for each of `places`; a page without any text is a picture of one."""
    found, sheets = [], {}
    with opened(pdf) as document:
        for place in arguments["places"]:
            number = place["page"]
            if number not in sheets:
                sheets = {number: Sheet(load(document, number))}  # one page in memory at a time
            sheet = sheets[number]
            area = Box("", place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"])
            text, ink = texts.under(sheet.glyphs, area), sheet.ink(area)
            found.append({"text": text, "ink": ink, "is_picture": not sheet.glyphs})
    return found
