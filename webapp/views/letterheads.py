"""The head of an office's letters. For its administrators; another office's is not found."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from signing import writing
from webapp import db
from webapp.domain import documents, letterheads, number_books
from webapp.domain.errors import NotFound
from webapp.domain.throttle import UPLOAD
from webapp.errors import BadDocument
from webapp.forms.writings import LetterheadForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.models import Office, Role
from webapp.views import uploads

bp = Blueprint("letterheads", __name__)


@bp.get("/offices/<int:office_id>/letterhead")
@roles(Role.ADMINISTRATOR)
def edit(office_id: int) -> ResponseReturnValue:
    office = _office(office_id)
    head = letterheads.of(work(), office).head
    return _page(office, LetterheadForm(formdata=None, data=asdict(head) | {"address": "\n".join(head.address)}))


@bp.post("/offices/<int:office_id>/letterhead")
@throttled((UPLOAD, by_person))
@roles(Role.ADMINISTRATOR)
@db.reads
def update(office_id: int) -> ResponseReturnValue:
    office, form = _office(office_id), LetterheadForm()
    if not form.validate_on_submit():
        return _page(office, form), 422
    emblem = _emblem(form)
    if form.emblem.errors:
        return _page(office, form), 422
    facts = (form.above.data, form.name.data, form.lines(), form.place.data, form.paper.data)
    db.write()
    letterheads.set_for(work(), office, writing.Letterhead(*facts), emblem)
    flash(gettext("Kop surat disimpan. Surat yang disusun setelah ini memakainya."), "ok")
    return redirect(url_for("letterheads.edit", office_id=office.id), 303)


@bp.get("/offices/<int:office_id>/letterhead/emblem")
@roles(Role.ADMINISTRATOR)
def emblem(office_id: int) -> ResponseReturnValue:
    sha256 = letterheads.of(work(), _office(office_id)).emblem_sha256
    if sha256 is None:
        raise NotFound
    return Response(documents.get(work().config, sha256), content_type="image/png")


def _emblem(form: LetterheadForm) -> bytes | None:
    """A new one, drawn anew in a child; empty: none any more; None: as it is, or refused with the error at it."""
    if not form.emblem.is_chosen:
        return b"" if form.drop_emblem.data else None
    upload = uploads.read(form.emblem)
    db.commit()
    try:
        return writing.emblem(upload.data) if upload else None
    except BadDocument:
        form.emblem.refuse(gettext("Pilih gambar PNG, JPEG, atau WebP, paling besar 2 MB."))
        return None


def _office(office_id: int) -> Office:
    return number_books.get_office(work(), office_id, governed=True)


def _page(office: Office, form: LetterheadForm) -> str:
    paper = letterheads.of(work(), office)
    return render_template(
        "letterheads/edit.html", office=office, form=form, has_emblem=paper.emblem_sha256 is not None
    )
