"""The drill with forged letters: begun, looked at, answered, explained."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import drills, practice
from webapp.domain.throttle import UPLOAD
from webapp.forms.base import Form
from webapp.forms.practice import DrillForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, throttled
from webapp.models import Drill, Part

bp = Blueprint("drills", __name__)


@bp.post("/practice/drills")
@throttled((UPLOAD, by_person))
def create() -> ResponseReturnValue:
    """Four papers of the person's own. Making them takes seconds: no lock is held meanwhile."""
    practice.require(work(), Part.CHECKER)
    db.commit()
    papers = drills.compose(work())
    db.write()
    return redirect(url_for("drills.show", drill_id=drills.begin(work(), papers).id), 303)


@bp.get("/practice/drills/<int:drill_id>")
def show(drill_id: int) -> ResponseReturnValue:
    drill, form = drills.get(work(), drill_id), DrillForm(formdata=None)
    form.offer()
    return _page(drill, form)


@bp.post("/practice/drills/<int:drill_id>")
def update(drill_id: int) -> ResponseReturnValue:
    drill, form = drills.get(work(), drill_id), DrillForm()
    form.offer()
    if not form.validate_on_submit():
        return _page(drill, form), 422
    drills.answer(work(), drill, form.answers)
    return redirect(url_for("drills.show", drill_id=drill.id), 303)


@bp.get("/practice/drills/<int:drill_id>/<int:place>.webp")
def picture(drill_id: int, place: int) -> Response:
    image = drills.picture(work(), drills.get(work(), drill_id), place)
    return Response(image, mimetype="image/webp", headers={"Cache-Control": "private, max-age=86400, immutable"})


def _page(drill: Drill, form: Form) -> str:
    return render_template(
        "drills/show.html", drill=drill, form=form, answers=drills.ANSWERS, reasons=drills.REASONS,
        host=work().config.host, practice=True,
    )  # fmt: skip
