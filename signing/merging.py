"""A PDF with named text fields, filled once for each row of a table, in a confined child (filling.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signing.child import Allowance, call
from signing.errors import BadDocument
from signing.writing import tidy

MOST_FIELDS = 60
MOST_TOGETHER = 25  # copies that one child makes
_LOOK = Allowance(seconds=6, patience=12.0, memory=800 << 20)
_FILL = Allowance(seconds=60, patience=90.0, memory=1 << 30, answer=256 << 20)


@dataclass(frozen=True)
class FormField:
    """A text field by its full name (ISO 32000-2, 12.7.4.2); `longest` is its /MaxLen, 0 where there is none."""

    name: str
    longest: int = 0


def fields(pdf: bytes) -> tuple[FormField, ...]:
    """The text fields of a template, in the file's order.

    Raises BadDocument: no_fields, too_many_fields, rotated_form (a field on a page that is shown turned), certified
    (it is signed already), encrypted, broken, too_complex.
    """
    found = call("fields", pdf, None, _LOOK).values
    try:
        return tuple(FormField(str(name)[:200], int(longest)) for name, longest in found)
    except (TypeError, ValueError) as cause:
        raise BadDocument("broken", "no sensible answer") from cause


def fill(pdf: bytes, rows: Sequence[Mapping[str, str]]) -> tuple[bytes | str, ...]:
    """A copy for each row (at most MOST_TOGETHER), its fields made part of the page in a typeface that is embedded.

    Instead of a copy the name of the field that its text does not fit in. Fields that a row does not name are left
    empty. Raises BadDocument as `fields`, and unwritable.
    """
    if len(rows) > MOST_TOGETHER:
        raise ValueError("too many rows at once")
    answer = call("fill", pdf, {"rows": tidy([dict(row) for row in rows])}, _FILL)
    copies = iter(answer.parts)
    made = tuple(next(copies, b"") if fault is None else str(fault)[:200] for fault in answer.values)
    if len(made) != len(rows) or not all(isinstance(one, str) or one.startswith(b"%PDF-") for one in made):
        raise BadDocument("broken", "no sensible answer")
    return made
