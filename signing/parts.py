"""What lies under a key, in pikepdf's terms: in a malformed file it may be anything, and then counts as nothing."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name


def text_of(value: Any) -> str:
    """str() of a name or string; also of a name whose bytes are no UTF-8, as old programs wrote them."""
    try:
        return str(value)
    except UnicodeDecodeError:
        return value.unparse().decode("latin-1")


def value_of(found: Any, key: str | Name) -> Any:
    """What this dictionary has under the key; None where it has nothing, or is no dictionary."""
    return found.get(key) if isinstance(found, Dictionary) else None


def entries(found: Any, key: str) -> list[Any]:
    """What is in this dictionary's array under the key; nothing where either is something else."""
    value = value_of(found, key)
    return list(value) if isinstance(value, Array) else []
