"""Shorthand for the PDF objects that an appearance needs, in pyHanko's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name


def dictionary(**entries: Any) -> generic.DictionaryObject:
    """A dictionary; keys without the slash, strings as names, whole numbers as numbers."""
    return generic.DictionaryObject({pdf_name(f"/{key}"): _value(value) for key, value in entries.items()})


def stream(data: bytes, entries: Mapping[str, Any], *, compressed: bool = True) -> generic.StreamObject:
    """A stream with these entries in its dictionary."""
    made = generic.StreamObject({pdf_name(key): _value(value) for key, value in entries.items()}, stream_data=data)
    if compressed:
        made.compress()
    return made


def numbers(*values: float) -> generic.ArrayObject:
    """An array of numbers, to a thousandth of a point."""
    return generic.ArrayObject([generic.FloatObject(round(value, 3)) for value in values])


def _value(value: Any) -> Any:
    if isinstance(value, generic.PdfObject):
        return value
    return pdf_name(f"/{value}") if isinstance(value, str) else generic.NumberObject(value)
