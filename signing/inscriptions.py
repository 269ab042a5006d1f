"""Number and date written into a page at named tags, before anybody signs it; the work is inscribing.py's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from signing.child import Allowance, call
from signing.errors import BadDocument
from signing.writing import tidy

_ALLOWANCE = Allowance(seconds=20, patience=40.0, memory=800 << 20)


@dataclass(frozen=True)
class Inscription:
    """What stands in place of each of these tags, wherever they are. Tags are found as places.find_tags finds them."""

    tags: tuple[str, ...]
    text: str


def inscribe(pdf: bytes, inscriptions: Sequence[Inscription]) -> bytes:
    """The file with each tag taken out of the page's content and its text there instead: same line, size, colour and
    place in the structure, in an embedded typeface. Nothing else on the page moves. Without a tag, the file as it is.

    A text that is too long grows to the right over free paper, and shrinks to inscribing.SMALLEST of the tag's size.
    Raises BadDocument: tag_too_narrow, tag_hidden, tag_unreadable (detail: the page), tag_signed (an
    earlier signature is on the file), unwritable, encrypted, broken, too_complex.
    """
    wanted = [asdict(one) | {"text": tidy(one.text)} for one in inscriptions if one.text.strip()]
    answer = call("inscribe", pdf, {"inscriptions": wanted}, _ALLOWANCE)
    if not answer.parts:
        return pdf
    if len(answer.parts) != 1 or not answer.parts[0].startswith(b"%PDF-"):
        raise BadDocument("broken", "no sensible file")
    return answer.parts[0]
