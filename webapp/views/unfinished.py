"""Letters that are not final yet: with whom each lies, since when, why. For administrators and auditors."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.domain import outbox, people, permissions, unfinished
from webapp.domain.unfinished import Lying
from webapp.domain.workflow import Action
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("unfinished", __name__)

PAGE = 50


@bp.get("/unfinished")
@roles(Role.ADMINISTRATOR, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Without the subject of a letter that the actor may not read."""
    stuck_only, after = request.args.get("show") == "stuck", _after(request.args.get("after", ""))
    found = unfinished.find(work(), stuck_only=stuck_only, after=after, size=PAGE + 1)
    shown = found[:PAGE]
    return render_template(
        "unfinished/index.html", shown=shown, stuck_only=stuck_only, now=work().now, is_first=after is None,
        after=_mark(shown[-1]) if len(found) > PAGE else None, most=outbox.MAX_ATTEMPTS,
        unstamped=unfinished.unstamped(work()) if after is None else [],
        readable={one.letter.id for one in shown if permissions.can(work(), Action.VIEW, one.letter)},
        governed={office.id for office in people.governed(work())}, mine=work().person.id,
    )  # fmt: skip


def _mark(last: Lying) -> str:
    return f"{last.since.isoformat()}_{last.letter.id}"


def _after(told: str) -> tuple[datetime, int] | None:
    """As _mark writes it; None for anything else."""
    since, _, number = told.partition("_")
    try:
        at = datetime.fromisoformat(since)
        return (at, int(number[:12])) if at.tzinfo else None
    except ValueError:
        return None
