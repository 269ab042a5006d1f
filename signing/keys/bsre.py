"""BSrE's Esign Client Service (ECS): our questions and its answers, V1 and V2, as values. No network here.

Source: Petunjuk Teknis Penggunaan API Esign Client Service, BSrE, v2.0 (January 2024); what the guide leaves out
(user status V1, error numbers, id_dokumen) is as public clients saw it. The service signs whole files, so this is no
SigningKey. NIK, passphrase and one-time code travel as Secret, which no log, repr or traceback shows.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signing.errors import SigningError
from signing.places import Placement

MAY_SIGN = "ISSUE"
STATUSES = (
    "ISSUE", "EXPIRED", "RENEW", "WAITING_FOR_VERIFICATION", "NEW", "NO_CERTIFICATE", "NOT_REGISTERED", "SUSPEND",
    "REVOKE",
)  # fmt: skip
_CODES = {  # the service's numbers; 202x and 2041 are one client's reading, so hints for the words only
    2031: "wrong_passphrase", 2011: "not_registered", 2021: "not_active", 2022: "expired", 2023: "renewing",
    2024: "suspended", 2025: "revoked", 2041: "bad_document", 4044: "no_file",
}  # fmt: skip
_ID_HEADERS = {"id_dokumen", "id-dokumen"}
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")


class Secret:
    """A text that shows itself to nobody who does not ask by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not put away")


@dataclass(frozen=True)
class Identity:
    """Who signs: V2 takes either, V1 the NIK alone."""

    nik: Secret | None = None
    email: str = ""


@dataclass(frozen=True)
class Request:
    """One HTTP request. Path and body may hold secrets, so neither is shown."""

    method: str
    path: str = field(repr=False)
    body: bytes = field(repr=False, default=b"")
    content_type: str = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back; `is_whole` is false when the line broke after the headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False, default=b"")
    is_whole: bool = True


# (request, what to do with the headers as soon as they are there) -> answer. Raises Refused("unavailable") when
# nothing was sent, Unclear("no_answer") when something was.
Transport = Callable[[Request, Callable[[Mapping[str, str]], None]], Answer]


class Refused(SigningError):
    """The service said no, or was never reached: nothing was signed. `detail` is its own text, scrubbed."""


class Unclear(SigningError):
    """Whether a signature was made cannot be told from this answer: no_answer, server_error, bad_answer."""


@dataclass(frozen=True)
class Signed:
    """A file that claims to be signed; received.accept judges it."""

    pdf: bytes = field(repr=False)
    document_id: str = ""


def sign(version: int, who: Identity, secret: Secret, pdf: bytes, *, is_otp: bool = False) -> Request:
    """Ask for one invisible signature: the mark stands in the file already, so that nothing visible is added."""
    if version == 1:
        form = _identity_v1(who) | {"passphrase": secret.reveal(), "tampilan": "invisible"}
        return _multipart("/api/sign/pdf", form, {"file": ("surat.pdf", "application/pdf", pdf)})
    body = _identity(who) | {("totp" if is_otp else "passphrase"): secret.reveal()}
    body |= {"signatureProperties": [{"tampilan": "INVISIBLE"}], "file": [base64.b64encode(pdf).decode()]}
    return _json("/api/v2/sign/pdf", body)


def axes(version: int, place: Placement, page_height: float) -> dict[str, float | int]:
    """The fields of a visible mark at `place` (points from the top left): V1 counts y from below, V2 from above."""
    size: dict[str, float | int] = {"page": place.page, "width": place.width, "height": place.height}
    if version == 1:
        return size | {"xAxis": place.x, "yAxis": page_height - (place.y + place.height)}
    return size | {"originX": place.x, "originY": place.y}


def download(document_id: str) -> Request:
    """V1: the signed file, given out once only. Raises Refused(no_file) for an id that is none."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", document_id):
        raise Refused("no_file")
    return Request("GET", f"/api/sign/download/{document_id}")


def status(version: int, who: Identity) -> Request:
    """The state of a person's certificate. V1 has the NIK in the path: the service's own proxies may log it."""
    if version == 1:
        return Request("GET", f"/api/user/status/{_identity_v1(who)['nik']}")
    return _json("/api/v2/user/check/status", _identity(who))


def request_otp(who: Identity) -> Request:
    """V2: have a one-time code e-mailed, for one file."""
    return _json("/api/v2/sign/get/totp", _identity(who) | {"data": 1})


def verify(version: int, pdf: bytes) -> Request:
    if version == 1:
        return _multipart("/api/sign/verify", {}, {"signed_file": ("surat.pdf", "application/pdf", pdf)})
    return _json("/api/v2/verify/pdf", {"file": base64.b64encode(pdf).decode()})


def document_id(headers: Mapping[str, str]) -> str:
    """The id_dokumen header, however it is spelt."""
    return next((value.strip() for name, value in headers.items() if name.lower() in _ID_HEADERS), "")


def read_signed(version: int, answer: Answer, hidden: Iterable[Secret | None] = ()) -> Signed:
    """The signed file of a sign or download answer. Raises Refused or Unclear; never trusts the status alone."""
    known = document_id(answer.headers)
    body = _parsed(answer)
    if answer.is_whole and answer.status in (200, 500):  # a 500 was seen with a good file in it
        found = _pdf_v2(body) if version == 2 else _pdf_v1(answer, body)
        if found:
            return Signed(found, known or str((body or {}).get("id_dokumen", "")))
    _raise(answer, body, hidden)
    raise Unclear("bad_answer", f"HTTP {answer.status}, {len(answer.body)} bytes")


def read_status(answer: Answer, hidden: Iterable[Secret | None] = ()) -> str:
    """One of STATUSES. Raises Refused, Unclear(bad_answer)."""
    body = _parsed(answer)
    if answer.status == 200 and body is not None:
        inner = body.get("data") if isinstance(body.get("data"), dict) else {}
        for value in (body.get("status"), body.get("userStatus"), inner.get("status")):
            if value in STATUSES:
                return str(value)
    _raise(answer, body, hidden)
    raise Unclear("bad_answer", f"HTTP {answer.status}")


def read_otp(answer: Answer, hidden: Iterable[Secret | None] = ()) -> None:
    """Return when the code was mailed. Raises Refused, Unclear."""
    body = _parsed(answer)
    if answer.status == 200 and not (body or {}).get("error"):
        return
    _raise(answer, body, hidden)
    raise Unclear("bad_answer", f"HTTP {answer.status}")


def read_verified(version: int, answer: Answer) -> bool:
    """Whether the service calls the file whole and its signers certified: by the facts, never by its sentences."""
    body = _parsed(answer) or {}
    if version == 1:
        found = body.get("details") or []
        return bool(found) and all(
            entry.get("signature_document", {}).get("document_integrity") is True
            and entry.get("info_signer", {}).get("cert_user_certified") is True
            for entry in found
        )
    found = body.get("signatureInformations") or []
    return bool(found) and all(e.get("integrityValid") is True and e.get("certificateTrusted") is True for e in found)


def scrub(text: str, hidden: Iterable[Secret | None] = ()) -> str:
    """The service's own words without passphrase, one-time code or anything like a NIK; for the trail."""
    for secret in hidden:
        if secret:
            text = text.replace(secret.reveal(), "•••")
    return " ".join(_NIK.sub("•••", text).split())[:300]


def _raise(answer: Answer, body: dict[str, Any] | None, hidden: Iterable[Secret | None]) -> None:
    """Raise what an error answer means. Only what the service itself said counts as a certain no."""
    text = next((str(body[n]) for n in ("error", "message", "desc", "status") if body and body.get(n)), "")
    detail = scrub(text, hidden) or f"HTTP {answer.status}"
    if answer.status in (401, 403):
        raise Refused("bad_credentials", detail)
    if answer.status in (409, 429):
        raise Refused("busy", detail)
    if answer.status >= 500 or answer.status == 408 or not answer.is_whole:
        raise Unclear("server_error", detail)
    if body is not None and text and (answer.status != 200 or body.get("error")):
        raise Refused(_meaning(body, text), detail)
    if 400 <= answer.status < 500:
        raise Refused("refused", detail)


def _meaning(body: dict[str, Any], text: str) -> str:
    """Our name of an error: the number may stand in status_code, in code, or at the end of the text alone."""
    in_text = re.findall(r"\b([124]\d{3})\b", text)
    for value in (*reversed(in_text), body.get("status_code"), body.get("code")):
        number = int(value) if str(value).isdigit() else 0
        if number in _CODES:
            return _CODES[number]
    if "passphrase" in text.lower():
        return "wrong_passphrase"
    if "otp" in text.lower():
        return "wrong_otp"
    return "bad_document" if "InvalidPdf" in text else "refused"


def _pdf_v1(answer: Answer, body: dict[str, Any] | None) -> bytes | None:
    if answer.body.startswith(b"%PDF"):
        return answer.body
    return _decoded((body or {}).get("base64_signed_file"))


def _pdf_v2(body: dict[str, Any] | None) -> bytes | None:
    files = (body or {}).get("file")
    return _decoded(files[0]) if isinstance(files, list) and len(files) == 1 else None


def _decoded(text: object) -> bytes | None:
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return None
    return found if found.startswith(b"%PDF") else None


def _parsed(answer: Answer) -> dict[str, Any] | None:
    if not answer.is_whole or not answer.body.lstrip().startswith(b"{"):
        return None
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _identity(who: Identity) -> dict[str, str]:
    return {"email": who.email} if who.email else _identity_v1(who)


def _identity_v1(who: Identity) -> dict[str, str]:
    if not who.nik:
        raise Refused("no_identity")
    return {"nik": who.nik.reveal()}


def _json(path: str, body: dict[str, Any]) -> Request:
    return Request("POST", path, json.dumps(body).encode())


def _multipart(path: str, form: dict[str, str], files: dict[str, tuple[str, str, bytes]]) -> Request:
    """multipart/form-data (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts = [f'Content-Disposition: form-data; name="{n}"\r\n\r\n{v}'.encode() for n, v in form.items()]
    parts += [
        f'Content-Disposition: form-data; name="{n}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode() + data
        for n, (name, kind, data) in files.items()
    ]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts) + f"--{boundary}--\r\n".encode()
    return Request("POST", path, body, f"multipart/form-data; boundary={boundary}")
