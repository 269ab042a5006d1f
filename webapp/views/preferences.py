"""How somebody wants to be told: mail at once or gathered, and hours in which nothing rings."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import preferences
from webapp.domain.errors import Invalid
from webapp.forms.preferences import PreferencesForm, of_wish
from webapp.guards.access import work
from webapp.i18n import ZONES
from webapp.models import Rhythm

bp = Blueprint("preferences", __name__)


@bp.get("/preferences")
def edit() -> ResponseReturnValue:
    return _page(of_wish(preferences.of(work(), work().person)))


@bp.post("/preferences")
def update() -> ResponseReturnValue:
    form = PreferencesForm()
    try:
        if form.validate():
            preferences.keep(work(), Rhythm(form.rhythm.data), form.quiet)
            flash(gettext("Pengaturan pemberitahuan disimpan."), "ok")
            return redirect(url_for("settings.edit"), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    return _page(form), 422


def _page(form: PreferencesForm) -> str:
    return render_template("preferences/edit.html", form=form, zone=ZONES[work().person.zone])
