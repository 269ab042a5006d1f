"""A photograph of the paper beside the signed page: what differs is marked. For strangers; nothing is kept."""

from __future__ import annotations

import base64

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from signing import codes
from signing.errors import BadDocument
from webapp import db
from webapp.domain import comparisons, throttle
from webapp.domain.verification import Finding
from webapp.forms.photographs import PhotographForm
from webapp.guards.access import public, work
from webapp.guards.throttles import by_address, throttled
from webapp.views.verification import look_up

bp = Blueprint("comparisons", __name__)


@bp.get("/V/<code>/photo")
@bp.get("/v/<code>/photo")
@public
def new(code: str) -> ResponseReturnValue:
    finding = look_up(code)
    comparisons.letter_file(work(), finding)
    return _form(finding, PhotographForm(), 200)


@bp.post("/V/<code>/photo")
@bp.post("/v/<code>/photo")
@public
@throttled((throttle.PHOTOGRAPH, by_address))
def create(code: str) -> ResponseReturnValue:
    finding, form = look_up(code), PhotographForm()
    pdf, known = comparisons.letter_file(work(), finding), comparisons.known(finding)
    if not form.validate_on_submit():
        return _form(finding, form, 422)
    photo = form.photo.data.stream.read(comparisons.MOST_BYTES + 1)
    if len(photo) > comparisons.MOST_BYTES:
        form.add_error("photo", _sentence("too_large"))
        return _form(finding, form, 422)
    db.commit()
    try:
        found = comparisons.compare(pdf, photo, known)
    except BadDocument as error:
        form.add_error("photo", _sentence(error.code))
        return _form(finding, form, 422)
    return render_template("comparisons/create.html", found=found, picture=_picture, **_shown(finding), form=form)


def _form(finding: Finding, form: PhotographForm, status: int) -> ResponseReturnValue:
    return render_template("comparisons/new.html", form=form, **_shown(finding)), status


def _shown(finding: Finding) -> dict:
    letter = finding.letter
    return {"letter": letter, "signature": finding.signature, "code": codes.display(letter.code) if letter else ""}


def _sentence(code: str) -> str:
    if code == "too_large":
        return gettext(
            "Foto ini terlalu besar. Batasnya %(megabytes)s MB.", megabytes=comparisons.MOST_BYTES // 1_000_000
        )
    if code == "not_picture":
        return gettext("Berkas ini bukan foto yang dapat dibuka. Kirim foto JPEG, PNG, atau WebP.")
    return gettext("Foto ini tidak dapat diperiksa. Ambil foto baru yang terang dan tegak lurus, lalu coba lagi.")


def _picture(webp: bytes) -> str:
    """Inside the page itself: the photograph is nowhere else."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
