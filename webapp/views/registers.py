"""The register of letters (buku agenda), by the same filters as the list, and its export for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db, sheets
from webapp.domain import mandates, registers, searches
from webapp.domain.searches import Filters, Page, Slice
from webapp.forms.searches import RegisterForm
from webapp.guards.access import work
from webapp.i18n import zone, zone_label
from webapp.models import Letter
from webapp.sheets import Cell

bp = Blueprint("registers", __name__)
PAGE_SIZE = 50


@bp.get("/register")
def index() -> ResponseReturnValue:
    form = _form()
    is_sound = form.validate()
    page = searches.find(work(), form.asked(), Slice(PAGE_SIZE, form.after)) if is_sound else Page([], None)
    shown = render_template(
        "registers/index.html", form=form, page=page,
        url=lambda after: url_for("registers.index", **form.kept, after=after and str(after)),
    )  # fmt: skip
    return shown, 200 if is_sound else 422


@bp.get("/register.csv")
@db.writes
def csv() -> ResponseReturnValue:
    return _export("csv", sheets.csv_file)


@bp.get("/register.xlsx")
@db.writes
def xlsx() -> ResponseReturnValue:
    return _export("xlsx", sheets.xlsx_file)


def _export(kind: str, write: Callable) -> Response:
    form = _form()
    if not form.validate():
        abort(422)
    registers.take_along(work(), form.asked(), kind)
    db.read()
    body = stream_with_context(write(_headings(), _rows(form.asked(), ZoneInfo(zone()))))
    name = f"buku-agenda-{work().now:%Y-%m-%d}.{kind}"
    return Response(
        body, mimetype=sheets.KINDS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _form() -> RegisterForm:
    form = RegisterForm()
    offices = [(office.id, office.name) for office in registers.offices(work())]
    form.office.choices = [(0, gettext("Semua perangkat daerah")), *offices]
    return form


def _headings() -> list[str]:
    return [
        gettext("Tanggal surat"), gettext("Nomor surat"), gettext("Kode klasifikasi"), gettext("Perihal"),
        gettext("Kepada"), gettext("Sifat"), gettext("Tingkat urgensi"), gettext("Perangkat daerah"),
        gettext("Pengonsep"), gettext("Penandatangan"), gettext("Jabatan"), gettext("Keadaan"),
        gettext("Ditandatangani pada (%(zone)s)", zone=zone_label()), gettext("Kode verifikasi"),
        gettext("SHA-256 berkas"),
    ]  # fmt: skip


def _rows(filters: Filters, here: ZoneInfo) -> Iterator[list[Cell]]:
    for chunk in registers.chunks(work(), filters):
        yield from (_cells(letter, here) for letter in chunk)
        db.commit()  # the next chunk reads anew: who downloads slowly holds up nobody


def _cells(letter: Letter, here: ZoneInfo) -> list[Cell]:
    signature = letter.signature
    signed_at: datetime | None = signature.signed_at.astimezone(here).replace(tzinfo=None) if signature else None
    return [
        letter.dated_on, letter.number, letter.classification, letter.subject, letter.addressee,
        str(letter.confidentiality), str(letter.urgency), letter.office.name, letter.drafter.full_name,
        "; ".join(made.signer_name for made in letter.signatures) if signature else letter.signer.full_name,
        "; ".join(made.signer_position for made in letter.signatures) if signature
        else mandates.signing_position(letter),
        str(letter.state),
        signed_at, letter.code if signature else None, signature.file_sha256 if signature else None,
    ]  # fmt: skip
