"""What a route takes and gives, said once: requests are read by it, answers written by it, and OpenAPI made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from webapp.domain.errors import N_, Invalid, Unreadable
from webapp.domain.tokens import Scope

JSON = "application/json"
ID = "int(min=1, max=2147483647)"  # as the database numbers: a larger one is not found, instead of an overflow
CONTRACTS: dict[tuple[str, str], Contract] = {}  # (method, path as Flask writes it) in the order of the nouns
View = Callable[..., Any]
_AT = re.compile(r" - at `\$\.?(.*?)`$")


@dataclass(frozen=True)
class Contract:
    summary: str  # a source sentence, marked with N_
    scope: Scope | None  # None: any token, or with `is_public` nobody in particular
    answer: type | str  # a Struct, or the media type of a file
    query: type | None = None
    body: type | None = None
    status: int = 200
    refusals: tuple[int, ...] = ()  # beside those that any request may meet
    needs_key: bool = False  # Idempotency-Key
    is_public: bool = False


def route(bp: Blueprint, method: str, path: str, contract: Contract) -> Callable[[View], View]:
    """Add a view. It takes the decoded query or body first, then the places of the path, and gives a Struct or a
    Response.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def answered(**places: object) -> Response:
            read = [_query(contract.query)] if contract.query else [_body(contract.body)] if contract.body else []
            made = view(*read, **places)
            return made if isinstance(made, Response) else Response(encode(made), contract.status, mimetype=JSON)

        answered.scope, answered.contract, answered.public = contract.scope, contract, contract.is_public  # type: ignore[attr-defined]
        noun = view.__module__.rpartition(".")[2]
        # No OPTIONS: no page of another origin has any business here, so no CORS either.
        bp.add_url_rule(
            path, f"{noun}_{view.__name__}", answered, methods=[method.upper()], provide_automatic_options=False
        )
        CONTRACTS[method, path] = contract
        return view

    return mark


def encode(made: object) -> bytes:
    return msgspec.json.encode(made)


def _query(kind: type) -> Any:
    """The query's fields; one that is not known is refused, so that a misspelt filter does not give everything, and
    one that comes twice, which two readers would understand differently.
    """
    twice = next((name for name, values in request.args.lists() if len(values) > 1), None)
    if twice is not None:
        raise Invalid(N_("Isian ini hanya boleh satu kali."), field=twice)
    try:
        return msgspec.convert(request.args.to_dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None


def _body(kind: type) -> Any:
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        return msgspec.json.decode(request.get_data(cache=True), type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable(N_("Isi permintaan bukan JSON yang benar.")) from None


def _invalid(error: msgspec.ValidationError) -> Invalid:
    """With the place of the first thing that is wrong; the library's own English words say what."""
    told = str(error)
    found = _AT.search(told)
    return Invalid(_AT.sub("", told), field=found[1] if found and found[1] else "body")
