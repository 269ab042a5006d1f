"""Every refusal under /api as application/problem+json (RFC 9457)."""

from __future__ import annotations

import msgspec
from flask import Response, current_app, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from signing.errors import SigningError
from webapp.domain import errors as domain
from webapp.domain.errors import N_

MEDIA = "application/problem+json"
# status -> (the end of its type's address, title)
KINDS = {
    400: ("unreadable", N_("Permintaan tidak dapat dibaca")),
    401: ("no-token", N_("Token tidak berlaku")),
    403: ("forbidden", N_("Tidak berwenang")),
    404: ("not-found", N_("Tidak ditemukan")),
    405: ("method-not-allowed", N_("Metode tidak didukung")),
    409: ("conflict", N_("Keadaan sudah berubah")),
    413: ("too-large", N_("Permintaan terlalu besar")),
    415: ("not-json", N_("Bukan JSON")),
    422: ("invalid", N_("Isian belum benar")),
    429: ("too-many", N_("Terlalu banyak permintaan")),
    500: ("failed", N_("Terjadi gangguan")),
    503: ("unavailable", N_("Layanan sedang terganggu")),
}
DETAILS = {
    404: N_("Alamat ini tidak ada, atau bukan untuk token ini."),
    405: N_("Alamat ini tidak mendukung metode itu; header Allow menyebut yang didukung."),
    413: N_("Isi permintaan melebihi batas."),
    415: N_("Kirim isinya sebagai application/json."),
}
OTHER = N_("Permintaan ini tidak dapat dilayani. Sebutkan nomor rujukannya bila melapor.")


class FieldProblem(msgspec.Struct):
    field: str
    detail: str


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457. `code` names what is wrong with a PDF; `reference` finds a failure in the server's log."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    errors: list[FieldProblem] | None = None
    reference: str | None = None


def is_asked() -> bool:
    """Whether this request belongs to the API, also where no route was found."""
    return request.path.startswith("/api/")


def answer(status: int, detail: str, **more: object) -> Response:
    status = status if status in KINDS else 500
    slug, title = KINDS[status]
    where = f"{current_app.config['TEKEN'].public_url}/api/v1/docs#masalah-{slug}"
    problem = Problem(where, gettext(title), status, detail or gettext(DETAILS.get(status, OTHER)), **more)
    return Response(msgspec.json.encode(problem), status, mimetype=MEDIA)


def of(error: Exception, status: int, detail: str) -> Response:
    """Of what the domain or signing refused."""
    field = getattr(error, "field", None)
    told = answer(
        status, detail, errors=[FieldProblem(field, detail)] if field else None,
        code=error.code if isinstance(error, SigningError) and status == 422 else None,
    )  # fmt: skip
    if isinstance(error, domain.TooMany):
        told.headers["Retry-After"] = str(max(1, error.seconds))
    if isinstance(error, domain.BadToken):
        told.headers["WWW-Authenticate"] = 'Bearer realm="teken", error="invalid_token"'
    if isinstance(error, domain.NoScope):
        scope = error.values["scope"]
        told.headers["WWW-Authenticate"] = f'Bearer realm="teken", error="insufficient_scope", scope="{scope}"'
    return told


def of_http(error: HTTPException) -> Response:
    """Of what Werkzeug refused; its headers (Allow, Retry-After) stay."""
    told = answer(error.code or 500, "")
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            told.headers[name] = value
    return told
