"""Decisions that a device had kept: each is answered with what became of it, or with why it was refused.

A page of the log-in sends them, or with no page open the service worker, which first asks for the token of a page.
"""

from __future__ import annotations

from flask import Blueprint, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict

from webapp import db, errors
from webapp.domain import letters, marks, offline_decisions, offline_letters
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.offline_decisions import Decision, Kind, Outcome
from webapp.forms.offline import DecisionForm
from webapp.guards import csrf
from webapp.guards.access import work

bp = Blueprint("offline_decisions", __name__)
WHERE = {Kind.SIGN: ("reading.show", "setujui"), Kind.REJECT: ("rejections.new", None)}


@bp.get("/offline/decisions/new")
@db.reads
def new() -> ResponseReturnValue:
    """Whose log-in this is, and its form token: as a page's head holds it, for who has no page. Another site can read
    neither; and what a browser says another site asked for is not even made.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden
    return jsonify(device=offline_letters.name(work(), g.visitor.login), token=csrf.token())


@bp.post("/offline/letters/<int:letter_id>/decisions")
def create(letter_id: int) -> ResponseReturnValue:
    """`refused` is final; any other failure means that it may be sent again later. `notice`: what a notification says,
    where no page is open that could; like every notification it holds nothing of the letter but its control code.
    """
    decision = _decision(letter_id)
    try:
        outcome = offline_decisions.settle(work(), decision)
    except (Conflict, Forbidden, Invalid) as error:
        db.rollback()
        reason = errors.sentence(error)
        notice = {"title": _("Keputusan Anda tidak dijalankan"), "body": reason, "url": url_for("shell.offline")}
        return jsonify(refused=reason, notice=notice), 409
    if outcome != Outcome.CONFIRM:
        return jsonify(outcome=outcome)
    endpoint, anchor = WHERE[decision.kind]
    url = url_for(endpoint, letter_id=letter_id, _anchor=anchor)
    return jsonify(outcome=outcome, url=url, notice=_to_confirm(letter_id) | {"url": url})


def _decision(letter_id: int) -> Decision:
    sent = request.get_json(silent=True)
    form = DecisionForm(ImmutableMultiDict(sent if isinstance(sent, dict) else {}))
    if not form.validate():
        offline_letters.get(work(), letter_id)
        raise Invalid
    told = form.data
    to, age = (int(told[name] or 0) for name in ("to", "age"))
    return Decision(letter_id, Kind(told["kind"]), told["digest"], told["text"] or "", told["key"], to, age)


def _to_confirm(letter_id: int) -> dict[str, str]:
    code = marks.control_code(letters.get(work(), letter_id))
    body = _("Kode kendali %(code)s. Belum dijalankan: ketuk untuk membuka suratnya dan mengonfirmasi.", code=code)
    return {"title": _("Keputusan Anda menunggu konfirmasi"), "body": body}
