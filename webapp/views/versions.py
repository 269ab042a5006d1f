"""Another file for a letter; the old versions are kept."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters, permissions
from webapp.domain.throttle import UPLOAD
from webapp.domain.workflow import Action
from webapp.forms.letters import UploadForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, throttled
from webapp.views import uploads

bp = Blueprint("versions", __name__)


@bp.get("/letters/<int:letter_id>/versions")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVISE, letter)
    return render_template("versions/new.html", letter=letter, form=UploadForm(), config=work().config)


@bp.post("/letters/<int:letter_id>/versions")
@throttled((UPLOAD, by_person))
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVISE, letter)
    form = UploadForm()
    taken = uploads.fill(form, uploads.take(form, practice=letter.is_practice), letter)
    if taken is None:
        return render_template("versions/new.html", letter=letter, form=form, config=work().config), 422
    letters.revise(work(), letter, taken)
    flash(gettext("Versi %(number)s disimpan. Letakkan lagi tanda tangannya.", number=letter.version_number), "ok")
    return redirect(url_for("marks.edit", letter_id=letter.id), 303)
