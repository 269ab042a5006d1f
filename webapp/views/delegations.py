"""A letter taken over by a deputy, and given back: each one tap, since nothing is decided by it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import delegations, letters
from webapp.guards.access import work

bp = Blueprint("delegations", __name__)


@bp.get("/absence")
def index() -> ResponseReturnValue:
    """Selama Anda tidak ada: everything done in the official's name, mandate by mandate."""
    return render_template("delegations/index.html", absences=delegations.absences(work()))


@bp.post("/letters/<int:letter_id>/delegation")
@db.reads
def create(letter_id: int) -> ResponseReturnValue:
    """The deputy's own mark is drawn with no lock held; then the letter is his, and he reads what he will sign."""
    letter = letters.get(work(), letter_id)
    if delegations.has_taken(work(), letter):
        return redirect(url_for("reading.show", letter_id=letter.id), 303)
    mandate, mark = delegations.draw(work(), letter)
    db.write()
    delegations.take_over(work(), letter, mandate, mark)
    flash(gettext("Surat ini sekarang Anda tangani. Baca, lalu tandatangani."), "ok")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)


@bp.post("/letters/<int:letter_id>/delegation/end")
def destroy(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    delegations.give_back(work(), letter)
    flash(gettext("Surat kembali kepada pejabatnya, dengan tanda tangannya sendiri."), "ok")
    return redirect(url_for("letters.index", box="waiting"), 303)
