"""Trainings held elsewhere, noted for people of an office by its administrator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from webapp import db
from webapp.domain import people, permissions, trainings
from webapp.domain.errors import Invalid
from webapp.forms.trainings import TrainingForm
from webapp.guards.access import roles, work
from webapp.models import Office, Role

bp = Blueprint("trainings", __name__)


@bp.get("/adoption/<int:office_id>/trainings/new")
@roles(Role.ADMINISTRATOR)
def new(office_id: int) -> ResponseReturnValue:
    office, form = _governed(office_id)
    return render_template("trainings/new.html", office=office, form=form)


@bp.post("/adoption/<int:office_id>/trainings/new")
@roles(Role.ADMINISTRATOR)
def create(office_id: int) -> ResponseReturnValue:
    office, form = _governed(office_id)
    if not form.validate_on_submit():
        return render_template("trainings/new.html", office=office, form=form), 422
    told = {"course": form.course.data, "on": form.completed_on.data}
    try:
        noted = trainings.record_for(work(), office, form.people.data, **told)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("trainings/new.html", office=office, form=form), 422
    flash(ngettext("Pelatihan %(num)s orang dicatat.", "Pelatihan %(num)s orang dicatat.", noted), "ok")
    return redirect(url_for("adoption.show", office_id=office.id), 303)


def _governed(office_id: int) -> tuple[Office, TrainingForm]:
    office = people.get_office(work(), office_id)
    permissions.require_role(work(), Role.ADMINISTRATOR, office)
    form = TrainingForm()
    form.offer(trainings.people_of(work(), office))
    return office, form
