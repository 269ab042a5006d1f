"""Letters that must not be disposed of for now, with the reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import people, retention
from webapp.domain.errors import Invalid
from webapp.forms.retention import HoldForm
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("holds", __name__)


@bp.get("/holds")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return render_template("holds/index.html", holds=retention.holds(work(), people.governed(work())))


@bp.get("/holds/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("holds/new.html", form=_form())


@bp.post("/holds/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("holds/new.html", form=form), 422
    try:
        retention.hold(work(), people.get_office(work(), form.office.data), form.number.data, form.reason.data)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("holds/new.html", form=form), 422
    flash(gettext("Surat ini ditahan dari pemusnahan."), "ok")
    return redirect(url_for("holds.index"), 303)


@bp.post("/holds/<int:hold_id>/lifting")
@roles(Role.ADMINISTRATOR)
def destroy(hold_id: int) -> ResponseReturnValue:
    retention.lift(work(), retention.get_hold(work(), hold_id))
    flash(gettext("Penahanan dicabut."), "ok")
    return redirect(url_for("holds.index"), 303)


def _form() -> HoldForm:
    form = HoldForm()
    form.offer(people.governed(work()))
    return form
