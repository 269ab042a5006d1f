"""The retention schedule (jadwal retensi arsip) of the offices that the actor administers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import people, retention
from webapp.domain.errors import Invalid
from webapp.domain.letter_types import TYPES
from webapp.forms.retention import RuleForm
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("retention", __name__)


@bp.get("/retention")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    rules = retention.rules(work(), people.governed(work()))
    return render_template("retention/index.html", rules=rules, types=TYPES)


@bp.get("/retention/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("retention/new.html", form=_form())


@bp.post("/retention/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("retention/new.html", form=form), 422
    try:
        retention.set_rule(work(), people.get_office(work(), form.office.data), form.line())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("retention/new.html", form=form), 422
    flash(gettext("Jadwal retensi disimpan. Berlaku mulai malam ini."), "ok")
    return redirect(url_for("retention.index"), 303)


@bp.post("/retention/<int:rule_id>/removal")
@roles(Role.ADMINISTRATOR)
def destroy(rule_id: int) -> ResponseReturnValue:
    retention.remove_rule(work(), retention.get_rule(work(), rule_id))
    flash(gettext("Baris jadwal dihapus."), "ok")
    return redirect(url_for("retention.index"), 303)


def _form() -> RuleForm:
    form = RuleForm()
    form.offer(people.governed(work()))
    return form
