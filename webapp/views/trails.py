"""The past of a letter, step by step."""

from __future__ import annotations

import base64
import json
from itertools import groupby

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.domain import audit, evidence, letters, permissions
from webapp.domain.audit import Event
from webapp.domain.workflow import Action
from webapp.guards.access import work
from webapp.models import AuditEntry

bp = Blueprint("trails", __name__)


@bp.app_template_filter()
def base64url(data: bytes) -> str:
    """Bytes as WebAuthn writes them (RFC 4648 section 5, no padding)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@bp.get("/letters/<int:letter_id>/trail")
def show(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.VIEW_TRAIL, letter)
    steps = _folded(audit.of_letter(work(), letter))
    kept = {evidence.digest(one): one for one in evidence.of_letter(work(), letter)}
    return render_template("trails/show.html", letter=letter, steps=steps, kept=kept)


@bp.get("/letters/<int:letter_id>/evidence.json")
def evidence_file(letter_id: int) -> ResponseReturnValue:
    """What the passkey proved, to be checked without this system; the sentence inside says how."""
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.VIEW_TRAIL, letter)
    headers = {"Content-Disposition": f'attachment; filename="bukti-{letter.code}.json"', "Cache-Control": "no-store"}
    return Response(
        evidence.as_file(work(), letter, request.args.get("of", "")), mimetype="application/json", headers=headers
    )


def _folded(entries: list[AuditEntry]) -> list[dict]:
    """Newest first; the same person reading several times in a row is one line."""
    groups = groupby(entries, key=lambda e: (e.actor_id, e.event if e.event == Event.LETTER_READ else e.number))
    steps = []
    for _key, group in groups:
        found = list(group)
        steps.append({"entry": found[-1], "times": len(found), "facts": json.loads(found[-1].facts)})
    return steps[::-1]
