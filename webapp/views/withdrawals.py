"""Taking a submitted letter back before it is signed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters, permissions
from webapp.domain.workflow import Action
from webapp.guards.access import work

bp = Blueprint("withdrawals", __name__)


@bp.get("/letters/<int:letter_id>/withdrawal")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.WITHDRAW, letter)
    return render_template("withdrawals/new.html", letter=letter)


@bp.post("/letters/<int:letter_id>/withdrawal")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    letters.withdraw(work(), letter)
    flash(gettext("Surat ditarik. Anda dapat memperbaikinya, lalu mengajukannya lagi."), "ok")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)
