"""Verification of files of strangers: the same verdict as verify(), reached in a confined child process.

Reading is bounded in processor time, wall-clock time and memory, and has no network and no files. What bounds cannot
give: a child that the file took over may answer "valid". So nothing secret and nothing that may write is in it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from signing import embedded
from signing.child import Allowance, call
from signing.errors import BadDocument, foreign
from signing.trust import Trust
from signing.verdicts import Problem, ProblemCode, Verification
from signing.verify import verify

MAX_BYTES = 100_000_000
_ALLOWANCE = Allowance(seconds=9, patience=30.0, answer=8 << 20)


def judge(pdf: bytes, trust: Trust, allowance: Allowance | None = None) -> Verification:
    """As verify.verify, for any bytes whatever: what is too large or too complex is unreadable. Never raises."""
    try:
        if len(pdf) > MAX_BYTES:
            raise BadDocument("too_large", f"{len(pdf)} bytes")
        values = call("verify", pdf, {"trust": trust.to_json()}, allowance or _ALLOWANCE).values
        with foreign(BadDocument, "broken"):
            return of_json(Verification, values)
    except BadDocument as error:
        return Verification((Problem(ProblemCode.UNREADABLE, str(error)),), (), (), embedded.holds_range(pdf))


def answer(pdf: bytes, arguments: Mapping[str, Any]) -> Any:
    """Verb `verify`: a Verification in JSON."""
    return to_json(verify(pdf, Trust.from_json(arguments["trust"])))


def to_json(value: Any) -> Any:
    """Dataclasses, enumerations, times and bytes as JSON that of_json reads."""
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_json(entry) for entry in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def of_json(kind: Any, value: Any) -> Any:
    """The other way round, strictly by the types of the fields. Raises ValueError, TypeError or KeyError."""
    arguments = get_args(kind)
    if get_origin(kind) is UnionType:
        return None if value is None else of_json(arguments[0], value)
    if get_origin(kind) is tuple:
        return tuple(of_json(arguments[0], entry) for entry in value)
    if is_dataclass(kind) and isinstance(kind, type):
        kinds = get_type_hints(kind)
        return kind(**{field.name: of_json(kinds[field.name], value[field.name]) for field in fields(kind)})
    return _scalar(kind, value)


def _scalar(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is bytes:
        return b64decode(value, validate=True)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value
