"""Of several who may sign a letter now: having the file prepared for oneself."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import letters, permissions, turns
from webapp.domain.workflow import Action
from webapp.guards.access import work

bp = Blueprint("turns", __name__)


@bp.post("/letters/<int:letter_id>/turn")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    if not permissions.can(work(), Action.SIGN, letter):  # a second tap finds the turn taken
        permissions.require(work(), Action.TAKE_TURN, letter)
        revision = letter.revision
        db.commit()  # drawing takes a moment: no lock is held meanwhile
        waiting = turns.prepare_for(work(), letter)
        turns.take(work(), letter, waiting, revision=revision)
    return redirect(url_for("reading.show", letter_id=letter_id), 303)
