"""What one approval of several letters is about: the list in the order in which it was shown, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from webapp.models import Batch, BatchItem


def entry(item: BatchItem) -> str:
    """A letter's own part of the text, as JSON."""
    return _json(_pair(item))


def text(items: Sequence[BatchItem]) -> str:
    """What is hashed: letter and approval digest of each, in their order."""
    return _json(["teken batch 1", [_pair(item) for item in items]])


def digest(items: Sequence[BatchItem]) -> str:
    """SHA-256 of the text, in hex."""
    return hashlib.sha256(text(items).encode()).hexdigest()


def about(batch: Batch) -> str:
    """What code and passkey are bound to. Made of the letters as they are listed now, never of what was noted once."""
    return f"{batch.id} {digest(batch.items)}"


def _pair(item: BatchItem) -> list:
    return [item.letter_id, item.approval_digest]


def _json(told: list) -> str:
    return json.dumps(told, separators=(",", ":"))
