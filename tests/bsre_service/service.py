"""The stand-in's HTTP side: V1 and V2 on loopback, users by status, faults on demand.

`faults` holds what shall go wrong with the next signings, one each: slow, cut, cut_body, drop_before, 500,
500_with_file, error_200, html, truncated, short, repainted, other_person, strange_root, no_places, visible, no_time,
p1 and p2 (certified with DocMDP), locked.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyhanko.sign.fields import MDPPerm
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from signing import Placement
from tests.bsre_service import authority, signer
from tests.bsre_service.quiet import Quiet

USERNAME, PASSWORD = "aplikasi-uji", "sandi-aplikasi-uji-coba"
PASSPHRASE = "frasa sandi uji-coba 1 "  # with a space at its end: it must not be trimmed
NOT_REGISTERED = ("NOT_REGISTERED", 1110, "User belum terdaftar")


@dataclass
class User:
    """`nik` begins with 00, which no real one does."""

    name: str
    nik: str
    email: str
    status: str = "ISSUE"
    passphrase: str = PASSPHRASE
    wrong: int = 0
    otps: dict[str, float] = field(default_factory=dict)  # code -> valid until


class Service:
    """Starts on a free port; `url`, `users`, `faults`, `seen` (method, path), `signings` (inputs), `signers` (NIKs)."""

    def __init__(self, version: int = 2) -> None:
        self.version, self.users, self.faults = version, [], deque()
        self.seen: list[tuple[str, str]] = []
        self.signings: list[bytes] = []
        self.signers: list[str] = []
        self.files: dict[str, bytes] = {}
        self.delay = 3.0
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __call__(self, environ: dict, start_response) -> Iterable[bytes]:
        request = Request(environ)
        self.seen.append((request.method, request.path))
        if request.authorization is None or (request.authorization.username, request.authorization.password) != (
            USERNAME, PASSWORD,
        ):  # fmt: skip
            return _json({"error": "Unauthorized", "status": 401}, 401)(environ, start_response)
        answer = self._route(request, environ)
        return answer(environ, start_response) if answer is not None else []

    def _route(self, request: Request, environ: dict) -> Response | None:
        path = request.path
        if path == "/api/sign/pdf":
            return self._sign_v1(request, environ)
        if path == "/api/v2/sign/pdf":
            return self._sign_v2(request.get_json(), environ)
        if path.startswith("/api/sign/download/"):
            return self._download(path.rpartition("/")[2])
        if path.startswith("/api/user/status/"):
            return self._status_v1(self._find(nik=path.rpartition("/")[2]))
        if path == "/api/v2/user/check/status":
            found = self._find(**request.get_json())
            return _json({"status": found.status if found else "NOT_REGISTERED"})
        if path == "/api/v2/sign/get/totp":
            return self._otp(request.get_json())
        if path == "/api/sign/verify":
            return _json(_verdict_v1(request.files["signed_file"].read()))
        if path == "/api/v2/verify/pdf":
            return _json(_verdict_v2(base64.b64decode(request.get_json()["file"])))
        return _json({"status": 404, "error": "Not Found"}, 404)

    def _sign_v1(self, request: Request, environ: dict) -> Response | None:
        form, pdf = request.form, request.files["file"].read()
        user = self._find(nik=form.get("nik", ""))
        refusal = self._refusal(user, form.get("passphrase"), None)
        if refusal is not None:
            return refusal
        try:
            page, box = _place_v1(form, pdf)
        except signer.TagMissing:
            return _json({"error": "Proses signing gagal : tag tidak ditemukan", "status_code": 400}, 400)
        signed = self._sign(user, pdf, page, box)
        if isinstance(signed, Response):
            return signed
        known = secrets.token_hex(12)
        self.files[known] = signed
        return self._deliver(environ, signed, "application/pdf", {"id_dokumen": known})

    def _sign_v2(self, body: dict, environ: dict) -> Response | None:
        user = self._find(nik=body.get("nik"), email=body.get("email"))
        refusal = self._refusal(user, body.get("passphrase"), body.get("totp") or body.get("otp"))
        if refusal is not None:
            return refusal
        wanted, files = body["signatureProperties"], []
        for number, text in enumerate(body["file"]):
            pdf = base64.b64decode(text)
            entry = wanted[0 if len(wanted) == 1 else number]
            signed = self._sign(user, pdf, *_place_v2(entry, pdf))
            if isinstance(signed, Response):
                return signed
            files.append(base64.b64encode(signed).decode())
        if self._fault("short"):
            files = files[:-1]
        return self._deliver(environ, json.dumps({"time": 1000, "file": files}).encode(), "application/json", {})

    def _sign(self, user: User, pdf: bytes, page: int, box: tuple | None) -> bytes | Response:
        """Sign, or fail as real installations were seen to."""
        if self._fault("500"):
            return _json({"timestamp": "…", "status": 500, "error": "Internal Server Error", "path": "/api"}, 500)
        if self._fault("error_200"):
            return _json({"error": "Proses signing gagal : User tidak terdaftar 2011", "status_code": 400})
        if self._fault("html"):
            return Response("<html><h1>502 Bad Gateway</h1></html>", 200, mimetype="text/html")
        holder = authority.user(user.name)
        if self._fault("other_person"):
            holder = authority.user("ORANG LAIN")
        if self._fault("strange_root"):
            holder = authority.strange_user(user.name)
        if self._fault("no_places"):
            holder = authority.user_without_places(user.name)
        if self._fault("visible"):
            box = (40, 40, 140, 90)
        self.signings.append(pdf)
        self.signers.append(user.nik)
        if self._fault("repainted"):
            pdf = _repainted(pdf)
        rules = MDPPerm.NO_CHANGES if self._fault("p1") else MDPPerm.FILL_FORMS if self._fault("p2") else None
        return signer.sign(pdf, holder, page=page, box=box, with_time=not self._fault("no_time"), rules=rules)

    def _deliver(self, environ: dict, body: bytes, kind: str, headers: dict[str, str]) -> Response | None:
        """Answer, or let the line break at a place that hurts."""
        line = environ["werkzeug.socket"]
        if self._fault("slow"):
            time.sleep(self.delay)
        if self._fault("cut"):
            line.shutdown(2)
            return None
        if self._fault("cut_body"):
            told = "".join(f"{n}: {v}\r\n" for n, v in {**headers, "Content-Type": kind}.items())
            line.sendall(f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n{told}\r\n".encode() + body[:2000])
            line.shutdown(2)
            return None
        if self._fault("truncated"):
            body = body[: len(body) // 2]
        status = 500 if self._fault("500_with_file") else 200
        return Response(body, status, headers, mimetype=kind)

    def _refusal(self, user: User | None, passphrase: str | None, otp: str | None) -> Response | None:
        if user is None:
            return _json({"error": "Proses signing gagal : User tidak terdaftar 2011", "status_code": 400}, 400)
        if self._fault("locked"):
            return _json({"error": "Proses penandatanganan sedang berlangsung", "status_code": 429}, 429)
        if user.status == "EXPIRED":
            return _json({"error": "Proses signing gagal : Sertifikat expired 2022", "status_code": 400}, 400)
        if otp is not None:
            is_right = user.otps.pop(otp, 0) > time.time()
            return None if is_right else _json({"error": "OTP tidak valid", "status_code": 400}, 400)
        if passphrase != user.passphrase:
            user.wrong += 1
            text = "Passphrase anda salah" if user.wrong % 2 else "Proses signing gagal : Passphrase anda salah 2031"
            return _json({"error": text, "status_code": 2031 if user.wrong % 2 else 400}, 400)
        return None

    def _download(self, known: str) -> Response:
        found = self.files.pop(known, None)
        if found is None:
            told = "File tidak tersedia, pastikan bahwa dokumen belum di download"
            return _json({"status_code": 4044, "error": told}, 404)
        return Response(found, 200, mimetype="application/pdf")

    def _status_v1(self, user: User | None) -> Response:
        if user is None or user.status == "NOT_REGISTERED":
            status, code, message = NOT_REGISTERED
        else:
            status, code = user.status, 1111
            message = f"User sudah terdaftar dan memiliki sertifikat dengan status {status}"
        return _json({"status_code": code, "status": status, "message": message})

    def _otp(self, body: dict) -> Response:
        user = self._find(nik=body.get("nik"), email=body.get("email"))
        if user is None:
            return _json({"error": "User tidak terdaftar 2011", "status_code": 400}, 400)
        user.otps[f"{secrets.randbelow(10**6):06d}"] = time.time() + 300
        return _json({"time": 12, "message": "OTP terkirim"})

    def _find(self, nik: str | None = None, email: str | None = None) -> User | None:
        return next((u for u in self.users if (nik and u.nik == nik) or (email and u.email == email)), None)

    def _fault(self, name: str) -> bool:
        if self.faults and self.faults[0] == name:
            self.faults.popleft()
            return True
        return False


def _json(body: dict, status: int = 200) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _place_v1(form: dict, pdf: bytes) -> tuple[int, tuple | None]:
    """V1: from the bottom left."""
    if form["tampilan"] == "invisible":
        return 1, None
    width, height = float(form["width"]), float(form["height"])
    if form.get("tag_koordinat"):
        return signer.box_at_tag(pdf, form["tag_koordinat"], width, height)
    x, y = float(form["xAxis"]), float(form["yAxis"])
    return int(form.get("page", 1)), (x, y, x + width, y + height)


def _place_v2(entry: dict, pdf: bytes) -> tuple[int, tuple | None]:
    """V2: from the top left."""
    if entry["tampilan"] == "INVISIBLE":
        return 1, None
    place = Placement(entry["page"], entry["originX"], entry["originY"], entry["width"], entry["height"])
    bottom = signer.page_height(pdf, place.page) - place.y - place.height
    return place.page, (place.x, bottom, place.x + place.width, bottom + place.height)


def _repainted(pdf: bytes) -> bytes:
    """The same letter with something drawn over it, as a careless service might."""
    from signing.marked import mark_only
    from tests.signing.office import STAMP

    return mark_only(pdf, STAMP, Placement(1, 60, 60, *STAMP.size)).pdf


def _verdict_v1(pdf: bytes) -> dict:
    found = signer.examine(pdf)
    details = [
        {
            "info_tsa": {"name": "Timestamp Authority" if e["timestamped"] else None, "tsa_cert_validity": None},
            "signature_field": e["field"],
            "info_signer": {"signer_name": e["name"], "cert_user_certified": e["trusted"]},
            "signature_document": {"signed_using_tsa": e["timestamped"], "document_integrity": e["intact"]},
        }
        for e in found
    ]
    good = bool(found) and all(e["intact"] for e in found)
    notes = "Tanda tangan elektronik valid dan dokumen merupakan dokumen asli sejak ditandatangani"
    if not good:
        notes = "Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak"
    summary = "DOCUMENT VALID !!!" if good else "DOCUMENT NOT VALID !!!"
    told = {"summary": summary, "notes": notes} if found else {"summary": None, "notes": None}
    return {"nama_dokumen": "surat.pdf", "jumlah_signature": len(found), "details": details} | told


def _verdict_v2(pdf: bytes) -> dict:
    found = signer.examine(pdf)
    entries = [
        {
            "signerName": e["name"], "fieldName": e["field"], "integrityValid": e["intact"],
            "certificateTrusted": e["trusted"], "signatureFormat": "PKCS7-T" if e["timestamped"] else "PKCS7",
        }
        for e in found
    ]  # fmt: skip
    good = bool(found) and all(e["intact"] and e["trusted"] for e in found)
    conclusion = "NO_SIGNATURE" if not found else "VALID" if good else "INVALID"
    return {"conclusion": conclusion, "signatureInformations": entries, "signatureCount": len(found)}
