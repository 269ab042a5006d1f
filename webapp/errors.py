"""From an error to an answer: one table, the only error handlers. Whatever failed is rolled back first."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from signing.errors import BadDocument, BadPlacement, KeyUnavailable, SigningError
from webapp import db
from webapp.api import problems
from webapp.domain import audit
from webapp.domain import errors as domain
from webapp.domain.audit import Event
from webapp.domain.errors import N_
from webapp.domain.work import Work

log = logging.getLogger("teken")

# type -> status; the template is errors/<status>.html. The first row that fits counts.
TABLE: tuple[tuple[type[Exception], int], ...] = (
    (domain.BadToken, 401),  # only /api asks for one
    (domain.Unreadable, 400),
    (domain.NotFound, 404),
    (domain.Forbidden, 403),
    (domain.TooMany, 429),
    (domain.Locked, 503),
    (domain.Conflict, 409),
    (domain.Invalid, 422),
    (StaleDataError, 409),
    (BadDocument, 422),
    (BadPlacement, 422),
    (SigningError, 503),
)

BAD_DOCUMENT = {
    "not_pdf": N_("Berkas ini bukan PDF. Simpan surat sebagai PDF, lalu unggah lagi."),
    "encrypted": N_("PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."),
    "broken": N_("PDF ini rusak dan tidak dapat dibuka. Buat ulang PDF dari dokumen aslinya, lalu unggah lagi."),
    "too_large": N_("Berkas ini terlalu besar. Batasnya %(megabytes)s MB."),
    "too_many_pages": N_("Surat ini terlalu panjang. Batasnya %(pages)s halaman."),
    "too_complex": N_("PDF ini terlalu rumit untuk diperiksa. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "change_forbidden": N_(
        "Pembuat PDF ini melarang perubahan, termasuk tanda tangan. Mintalah berkas tanpa larangan."
    ),
    "script": N_("PDF ini memuat skrip yang dapat mengubah isinya. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "launch_action": N_("PDF ini memuat perintah yang berjalan sendiri. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "reaching_script": N_(
        "Skrip di dalam PDF ini menghubungi alamat atau berkas lain. Jangan buka; hubungi pengirimnya."
    ),
    "actions": N_("PDF ini memuat perintah yang berjalan sendiri. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "forms": N_("PDF ini memuat kolom isian yang tidak dapat dijadikan tulisan. Cetak ulang ke PDF, lalu unggah lagi."),
    "embedded_file": N_("PDF ini memuat berkas lain di dalamnya. Hapus lampiran itu, lalu unggah lagi."),
    "xfa": N_("PDF ini formulir XFA yang tampilannya dapat berubah. Cetak ulang ke PDF, lalu unggah lagi."),
    "xfa_only": N_(
        "Halaman PDF ini bukan suratnya, melainkan dibuat program formulir (XFA). Cetak ulang ke PDF dahulu."
    ),
    "external_content": N_("PDF ini mengambil isi dari luar berkas. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "optional_content": N_("PDF ini memuat lapisan yang dapat disembunyikan. Cetak ulang ke PDF, lalu unggah lagi."),
    "polyglot": N_("Berkas ini memuat isi lain di luar PDF-nya. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "no_pages": N_("PDF ini tidak memuat halaman. Buat ulang PDF dari dokumen aslinya, lalu unggah lagi."),
    "page_too_small": N_("Ada halaman yang terlalu kecil untuk tanda tangan. Gunakan ukuran kertas surat."),
    "page_too_large": N_("Ada halaman yang ukurannya tidak wajar. Gunakan ukuran kertas surat, misalnya A4 atau F4."),
    "media": N_("PDF ini memuat suara, video, atau objek 3D. Cetak ulang dokumen ke PDF, lalu unggah lagi."),
    "print_differs": N_("PDF ini tercetak lain daripada tampilannya di layar. Cetak ulang ke PDF, lalu unggah lagi."),
    "signature_broken": N_("Tanda tangan di dalam PDF ini rusak atau isinya berubah sesudah ditandatangani."),
    "usage_rights": N_("PDF ini memuat izin khusus dari pembuat formulirnya. Cetak ulang ke PDF, lalu unggah lagi."),
    "ambiguous": N_(
        "PDF ini memuat bagian ganda yang dapat saling menggantikan. Cetak ulang ke PDF, lalu unggah lagi."
    ),
    "certified": N_("PDF ini dikunci oleh tanda tangan sebelumnya, jadi tidak dapat ditandatangani lagi."),
    "no_writer": N_("Surat belum dapat disusun di server ini. Hubungi administrator, atau unggah PDF-nya."),
    "no_converter": N_(
        "Berkas DOCX dan ODT tidak dapat diubah di server ini. Simpan surat sebagai PDF, lalu unggah lagi."
    ),
    "macros": N_("Dokumen ini memuat makro. Simpan surat sebagai PDF, lalu unggah lagi."),
    "busy": N_("Dokumen lain sedang diubah menjadi PDF. Coba lagi sebentar lagi, atau unggah PDF-nya."),
    "no_fields": N_("PDF ini tidak memuat kolom isian teks."),
    "too_many_fields": N_("Kolom isian pada templat ini terlalu banyak. Batasnya 60."),
    "rotated_form": N_("Halaman templat ini diputar, jadi isiannya akan miring. Simpan ulang tanpa memutar halaman."),
    "unwritable": N_("Ada huruf yang tidak dapat dicetak: %(signs)s. Ganti huruf itu, lalu simpan lagi."),
    "tag_too_narrow": N_(
        "Nomor atau tanggal tidak muat di tempat tagnya (halaman %(detail)s), walaupun sudah dikecilkan sampai tiga "
        "perempat. Beri ruang kosong di kanan tag, lalu unggah lagi."
    ),
    "tag_signed": N_(
        "PDF ini sudah memuat tanda tangan, jadi nomor dan tanggal tidak dapat ditulis di tempat tagnya. Tulis di "
        "naskah sebelum ditandatangani, lalu unggah lagi."
    ),
    "tag_hidden": N_(
        "Tag nomor atau tanggal di berkas ini tidak terlihat mata, misalnya di balik hasil pindai. Tulis nomor dan "
        "tanggalnya di naskah, lalu unggah lagi."
    ),
    "tag_unreadable": N_(
        "Tag nomor atau tanggal di berkas ini tidak dapat diganti dengan rapi. Simpan ulang naskahnya sebagai PDF, "
        "atau tulis nomor dan tanggalnya di naskah, lalu unggah lagi."
    ),
    "no_such_page": N_("Halaman itu tidak ada. Letakkan lagi tanda tangannya."),
    "outside_page": N_("Tempat tanda tangan berada di luar halaman. Letakkan lagi."),
    "too_small": N_("Tempat tanda tangan terlalu kecil agar kode QR terbaca. Besarkan lagi."),
    "covers_signed": N_(
        "Tanda penandatangan kedua dan seterusnya tidak boleh menutupi tulisan atau gambar, karena isi surat sudah "
        "ditandatangani yang pertama. Letakkan di tempat kosong."
    ),
    "overlapping": N_("Tanda ini menutupi tanda penandatangan lain. Letakkan di tempat yang masih kosong."),
}
KEY_UNAVAILABLE = {
    "wrong_activation": N_(
        "PIN atau kode dari penyedia tanda tangan salah, jadi surat belum ditandatangani. Buka lagi suratnya, lalu "
        "setujui dengan kode autentikator berikutnya."
    ),
    "unreachable": N_(
        "Penyedia tanda tangan tidak dapat dihubungi, jadi surat belum ditandatangani. Setujui lagi nanti dengan kode "
        "autentikator berikutnya."
    ),
    "no_token": N_("Modul keamanan (HSM) tidak dapat dihubungi, jadi surat belum ditandatangani. Coba lagi nanti."),
    "refused": N_("Penyedia tanda tangan menolak permintaan ini. Hubungi penyedia atau administrator."),
    "disabled": N_("Kredensial ini tidak aktif di penyedianya."),
}
BAD_DOCUMENT_OTHER = N_("PDF ini tidak dapat ditandatangani dengan aman. Cetak ulang dokumen ke PDF, lalu unggah lagi.")


def sentence(error: Exception) -> str:
    """What went wrong, in the reader's language."""
    if isinstance(error, domain.DomainError):
        return gettext(error.message, **error.values)
    if isinstance(error, BadDocument | BadPlacement):
        config = current_app.config["TEKEN"]
        text = BAD_DOCUMENT.get(error.code, BAD_DOCUMENT_OTHER)
        megabytes = round(config.max_upload_bytes / 1_000_000)
        detail = getattr(error, "detail", "")
        return gettext(text, megabytes=megabytes, pages=config.max_pages, signs=detail, detail=detail)
    if isinstance(error, KeyUnavailable) and error.code in KEY_UNAVAILABLE:
        return gettext(KEY_UNAVAILABLE[error.code])
    if isinstance(error, StaleDataError):
        return gettext(domain.Conflict.message)
    return gettext("Layanan ini sedang terganggu. Coba lagi beberapa saat lagi.")


def status(error: Exception) -> int:
    return next((code for kind, code in TABLE if isinstance(error, kind)), 500)


def answer(code: int, message: str, *, reference: str = "", template: str = "") -> ResponseReturnValue:
    """The error page, or JSON for a script that asked for it."""
    if problems.is_asked():
        return problems.answer(code, message, reference=reference or None)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=message, reference=reference), code
    name = template or f"errors/{code}.html"
    return render_template(name, message=message, reference=reference, back_url=_letter_page()), code


def _letter_page() -> str:
    """The newest state of the letter that the request was about: where a refusal leads on to."""
    letter_id = (request.view_args or {}).get("letter_id")
    return url_for("reading.show", letter_id=letter_id) if letter_id else ""


def note_refused_code(error: Exception) -> None:
    """A refused code is an event even though its request is rolled back."""
    visitor = g.get("visitor")
    if not isinstance(error, domain.WrongCode) or visitor is None:
        return
    with db.unit(current_app.extensions["engine"]) as session:
        work = Work(
            session, session.merge(visitor.person, load=False), current_app.config["CLOCK"](),
            current_app.config["TEKEN"],
        )  # fmt: skip
        audit.record(work, Event.CODE_REFUSED, endpoint=request.endpoint)


def init_app(app: Flask) -> None:
    for kind, code in TABLE:

        @app.errorhandler(kind)
        def _known(error: Exception, code: int = code) -> ResponseReturnValue:
            db.rollback()
            note_refused_code(error)
            log.info("refused", extra={"status": code, "kind": type(error).__name__})
            if problems.is_asked():
                return problems.of(error, code, sentence(error))
            is_locked = isinstance(error, domain.Locked)
            page = answer(code, sentence(error), template="errors/locked.html" if is_locked else "")
            if isinstance(error, domain.TooMany):
                return *page, {"Retry-After": str(error.seconds)}
            return page

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        db.rollback()
        return answer(409, gettext("Halaman ini sudah kedaluwarsa. Muat ulang, lalu kirim lagi; isian Anda masih ada."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        db.rollback()
        code = error.code or 500
        if code < 400:
            return error.get_response()
        if problems.is_asked() and code < 500:
            return problems.of_http(error)
        shown = {400: 422, 401: 403, 405: 404}.get(code, code)
        known = shown in (403, 404, 409, 413, 422, 429, 503)
        return answer(shown if known else 500, "") if known else _unknown(error)

    @app.errorhandler(Exception)
    def _unknown(error: Exception) -> ResponseReturnValue:
        db.rollback()
        reference = secrets.token_hex(4).upper()
        log.exception("failed", extra={"reference": reference}, exc_info=error)
        return answer(500, "", reference=reference)
