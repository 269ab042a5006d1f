"""The public check of a file: anybody uploads a PDF and is told what its signatures prove. Nothing is kept."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import checks, throttle
from webapp.errors import BadDocument, sentence
from webapp.forms.checks import CheckForm
from webapp.guards.access import public, work
from webapp.guards.throttles import by_address, throttled
from webapp.views.uploads import display_name

bp = Blueprint("checks", __name__)


@bp.get("/V/upload")
@bp.get("/v/upload")
@public
def new() -> ResponseReturnValue:
    return _form(CheckForm())


@bp.post("/V/upload")
@bp.post("/v/upload")
@public
@db.reads
@throttled((throttle.CHECK, by_address))
def create() -> ResponseReturnValue:
    """The verdict is the answer itself: there is no address under which it could be found again."""
    form, limit = CheckForm(), work().config.max_upload_bytes
    if not form.validate_on_submit():
        return _form(form), 422
    pdf = form.file.data.stream.read(limit + 1)
    if len(pdf) > limit:
        form.add_error("file", sentence(BadDocument("too_large")))
        return _form(form), 413
    if b"%PDF-" not in pdf:  # "no signature" would be true, and no help to who chose the wrong file
        form.add_error("file", sentence(BadDocument("not_pdf")))
        return _form(form), 422
    asked = checks.question(work())
    db.commit()  # no lock, and no reading, is held for seconds
    judged = checks.judge(asked, pdf)
    found, name = checks.look_up(work(), judged), display_name(form.file.data.filename)
    return render_template("checks/show.html", judged=judged, found=found, filename=name, form=CheckForm(None))


def _form(form: CheckForm) -> str:
    config = work().config
    return render_template("checks/new.html", form=form, megabytes=round(config.max_upload_bytes / 1_000_000))
