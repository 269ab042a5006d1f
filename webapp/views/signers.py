"""Who signs a letter, before it is submitted: one official or several."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import signers
from webapp.domain.errors import Invalid
from webapp.guards.access import work
from webapp.views import chains

bp = Blueprint("signers", __name__)


@bp.post("/letters/<int:letter_id>/signers")
def create(letter_id: int) -> ResponseReturnValue:
    """One more, after the others or at the same time as the last of them."""
    letter = chains.of(letter_id)
    form = chains.signer_form(letter)
    try:
        if form.validate():
            signers.add(work(), letter, form.person_id.data, together=form.together.data)
            return chains.back(letter)
    except Invalid as error:
        db.rollback()
        error.field = "person_id"
        form.refuse(error)
        letter = chains.of(letter_id)
    return chains.page(letter, signing=form), 422


@bp.post("/letters/<int:letter_id>/signers/<int:person_id>")
def update(letter_id: int, person_id: int) -> ResponseReturnValue:
    """Up, down, at the same time as the one before, or out."""
    letter = chains.of(letter_id)
    signers.change(work(), letter, request.form.get("what", ""), person_id)
    return chains.back(letter)
