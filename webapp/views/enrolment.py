"""Setting up the second factor, and the recovery codes that are shown once right after."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import qrcode
from flask import Blueprint, Response, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from qrcode.image.svg import SvgPathImage

from webapp import db
from webapp.domain import second_factor
from webapp.domain.errors import WrongCode
from webapp.domain.throttle import CODE
from webapp.errors import note_refused_code
from webapp.forms.sessions import CodeForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, left, succeeded, throttled
from webapp.views.sessions import destination

bp = Blueprint("enrolment", __name__)


@bp.get("/enrolment")
@db.writes
def new() -> ResponseReturnValue:
    if g.visitor.person.has_second_factor:
        return redirect(url_for("settings.edit"), 303)
    return _page(CodeForm(formdata=None))


@bp.get("/enrolment/qr.svg")
@db.writes
def qr() -> ResponseReturnValue:
    """The secret as a picture: for this person's eyes, kept nowhere."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=10, border=4)
    code.add_data(second_factor.pending_address(work(), g.visitor.person))
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(drawn)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@bp.post("/enrolment")
@throttled((CODE, by_person))
def create() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return _page(form), 422
    try:
        codes = second_factor.confirm(work(), g.visitor.person, form.code.data or "")
    except WrongCode as error:
        db.rollback()
        note_refused_code(error)
        form.refuse_code(error, left())
        return _page(form), 422
    succeeded()
    return codes_page(codes, is_first=True)


@bp.post("/enrolment/done")
def finish() -> ResponseReturnValue:
    return redirect(destination(), 303)


def codes_page(codes: list[str], *, is_first: bool) -> str:
    """Never again after this answer."""
    return render_template(
        "enrolment/codes.html", codes=codes, is_first=is_first, person=g.visitor.person, has_wish="next" in session
    )


def _page(form: CodeForm) -> str:
    address = second_factor.pending_address(work(), g.visitor.person)
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "enrolment/new.html", form=form, address=address, secret=secret, grouped=grouped, person=g.visitor.person
    )
