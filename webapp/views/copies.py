"""A personal link to a restricted letter: for who holds link and code, without an account. Nothing is told before."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import personal_links, throttle
from webapp.domain.errors import Invalid
from webapp.forms.recipients import LinkCodeForm
from webapp.guards.access import public, work
from webapp.guards.throttles import by_address, succeeded, throttled
from webapp.views.files import pdf_answer

bp = Blueprint("copies", __name__)


def by_link() -> str:
    """The whole link: a forged one spends nobody else's attempts."""
    return str((request.view_args or {})["token"])


@bp.get("/copies/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too."""
    personal_links.find(work(), token)
    return render_template("copies/show.html", form=LinkCodeForm(formdata=None), instance=work().config.instance_name)


@bp.post("/copies/<token>")
@throttled((throttle.COPY_CODE, by_link), (throttle.COPY_TOTAL, by_link), (throttle.ADDRESS, by_address))
@public
def fetch(token: str) -> ResponseReturnValue:
    delivery, form = personal_links.find(work(), token), LinkCodeForm()
    try:
        if form.validate():
            pdf = personal_links.fetch(work(), delivery, form.code.data or "")
            succeeded()
            return pdf_answer(pdf, f"surat {personal_links.letter_of(work(), delivery).number}")
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    form.code.data = ""
    return render_template("copies/show.html", form=form, instance=work().config.instance_name), 422
