"""Decisions that a device had kept: each is answered with what became of it, or with why it was refused."""

from __future__ import annotations

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from webapp import db, errors
from webapp.domain import offline_decisions, offline_letters
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.offline_decisions import Decision, Kind, Outcome
from webapp.forms.offline import DecisionForm
from webapp.guards.access import work

bp = Blueprint("offline_decisions", __name__)
WHERE = {Kind.SIGN: ("reading.show", "setujui"), Kind.REJECT: ("rejections.new", None)}


@bp.post("/offline/letters/<int:letter_id>/decisions")
def create(letter_id: int) -> ResponseReturnValue:
    """`refused` is final; any other failure means that it may be sent again later."""
    form = DecisionForm()
    if not form.validate():
        offline_letters.get(work(), letter_id)
        raise Invalid
    told = form.data
    decision = Decision(letter_id, Kind(told["kind"]), told["digest"], told["text"] or "", told["key"])
    try:
        outcome = offline_decisions.settle(work(), decision)
    except (Conflict, Forbidden, Invalid) as error:
        db.rollback()
        return jsonify(refused=errors.sentence(error)), 409
    url = None
    if outcome == Outcome.CONFIRM:
        endpoint, anchor = WHERE[decision.kind]
        url = url_for(endpoint, letter_id=decision.letter_id, _anchor=anchor)
    return jsonify(outcome=outcome, url=url)
