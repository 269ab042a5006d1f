"""The OpenAPI 3.1 document, made of the contracts, and the page that shows the very same document to people."""

from __future__ import annotations

import inspect
import re
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import gettext

from webapp.api import PREFIX
from webapp.api.contract import CONTRACTS, JSON, Contract, encode, route
from webapp.api.problems import KINDS, MEDIA, Problem
from webapp.domain.errors import N_
from webapp.domain.tokens import Scope

REF = "#/components/schemas/{name}"
ANY = (401, 403, 429, 500, 503)  # what any request with a token may meet
_PLACE = re.compile(r"<[^>]*:(\w+)>")
ABOUT = N_("API untuk sistem lain: mengajukan surat, mengikutinya, dan mengambil berkas yang ditandatangani.")
SCOPES = {
    Scope.SUBMIT: N_("mengajukan surat"),
    Scope.READ: N_("membaca keterangan dan riwayat surat kantornya"),
    Scope.EVIDENCE: N_("mengambil berkas yang ditandatangani dan bundel arsipnya"),
}
KEY = N_("Teks unik untuk surat ini, misalnya UUID. Permintaan yang sama dijawab sama; surat tidak dibuat dua kali.")


def add_to(bp: Blueprint) -> None:
    own = Contract(N_("Dokumen ini"), None, JSON, is_public=True)
    route(bp, "get", "/openapi.json", own)(show)
    bp.add_url_rule("/docs", "documents_page", _page, methods=["GET"], provide_automatic_options=False)


def show() -> Response:
    return Response(encode(document()), mimetype=JSON)


def _page() -> str:
    problems = [(status, slug, gettext(title)) for status, (slug, title) in KINDS.items()]
    return render_template(
        "api/docs.html", document=document(), schema_of=_shown, address=url_for("api.documents_show"), problems=problems
    )


_page.public = True  # type: ignore[attr-defined]


def document() -> dict[str, Any]:
    """OpenAPI 3.1 in the reader's language."""
    types = [kind for contract in CONTRACTS.values() for kind in (contract.answer, contract.body) if _is_shape(kind)]
    _, schemas = msgspec.json.schema_components([*types, Problem], ref_template=REF)
    made = {
        "openapi": "3.1.0",
        "info": {"title": "Teken API", "version": "1", "description": ABOUT},
        "servers": [{"url": f"{current_app.config['TEKEN'].public_url}{PREFIX}"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": N_("Token dari administrator kantor.")}
            },
            "responses": {f"problem{status}": _problem(title) for status, (_, title) in KINDS.items()},
        },
    }
    return _translated(made)


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for (method, path), contract in CONTRACTS.items():
        paths.setdefault(_PLACE.sub(r"{\1}", path), {})[method] = _operation(method, path, contract)
    return paths


def _operation(method: str, path: str, contract: Contract) -> dict[str, Any]:
    scopes = [str(contract.scope)] if contract.scope else []
    told = {
        "operationId": _name(method, path), "summary": contract.summary,
        "security": [] if contract.is_public else [{"token": scopes}],
        "parameters": [*_places(path), *_query(contract.query), *([_key()] if contract.needs_key else [])],
        "responses": _responses(contract),
    }  # fmt: skip
    if contract.body:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(contract.body)}}}
    return told


def _name(method: str, path: str) -> str:
    words = re.findall(r"[a-z]+", _PLACE.sub("", path))
    return method + "".join(word.capitalize() for word in words) + ("ById" if path.endswith(">") else "")


def _places(path: str) -> list[dict[str, Any]]:
    schema = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in _PLACE.findall(path)]


def _query(kind: type | None) -> list[dict[str, Any]]:
    """One parameter for each field of the Struct; enums are written out."""
    if kind is None:
        return []
    _, known = msgspec.json.schema_components([kind], ref_template=REF)
    found = []
    for name, schema in known[kind.__name__]["properties"].items():
        options = [known[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in schema.get("anyOf", [])]
        plain = next((one for one in options if one.get("type") != "null"), schema)
        rest = {key: value for key, value in plain.items() if key not in ("description", "default", "title")}
        parameter = {"name": name, "in": "query", "required": False, "schema": rest}
        found.append(parameter | ({"description": schema["description"]} if "description" in schema else {}))
    return found


def _key() -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
    return {"name": "Idempotency-Key", "in": "header", "required": True, "description": KEY, "schema": schema}


def _responses(contract: Contract) -> dict[str, Any]:
    schema = _ref(contract.answer) if _is_shape(contract.answer) else {}
    media = JSON if _is_shape(contract.answer) else str(contract.answer)
    good: dict[str, Any] = {"description": contract.summary, "content": {media: {"schema": schema}}}
    if contract.needs_key:
        good["headers"] = {"Location": {"schema": {"type": "string"}}}
    refused = {*contract.refusals, *(() if contract.is_public else ANY), *((422,) if contract.query else ())}
    problems = {str(status): {"$ref": f"#/components/responses/problem{status}"} for status in sorted(refused)}
    return {str(contract.status): good} | problems


def _problem(title: str) -> dict[str, Any]:
    return {"description": title, "content": {MEDIA: {"schema": _ref(Problem)}}}


def _ref(kind: Any) -> dict[str, str]:
    return {"$ref": REF.format(name=kind.__name__)}


def _is_shape(kind: object) -> bool:
    return inspect.isclass(kind) and issubclass(kind, msgspec.Struct)


def _translated(part: Any) -> Any:
    """Every sentence for people, in the reader's language."""
    if isinstance(part, dict):
        sentences = {name for name in ("summary", "description") if isinstance(part.get(name), str)}
        return {name: gettext(value) if name in sentences else _translated(value) for name, value in part.items()}
    return [_translated(one) for one in part] if isinstance(part, list | tuple) else part


def _shown(schema: dict[str, Any]) -> tuple[str, str]:
    """A schema for a table: (in words, the name of the shape it refers to or "")."""
    for one in schema.get("anyOf", ()):
        if "$ref" in one:
            return "", one["$ref"].rpartition("/")[2]
    if "$ref" in schema:
        return "", schema["$ref"].rpartition("/")[2]
    if schema.get("type") == "array":
        words, name = _shown(schema["items"])
        return f"[ {words} ]" if words else "[ ]", name
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    kinds = [one.get("type", "") for one in schema.get("anyOf", [schema])]
    limits = [f"{word} {schema[key]}" for key, word in LIMITS.items() if key in schema]
    form = schema.get("format") or schema.get("contentEncoding")
    return ", ".join([" | ".join(kinds), *([form] if form else []), *limits]), ""


LIMITS = {"minimum": "≥", "maximum": "≤", "minLength": "≥", "maxLength": "≤"}
