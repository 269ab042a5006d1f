"""The audit trail of the whole office: searched, exported, and checked whether it is whole. For auditors."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import audit, exports, people, trails
from webapp.domain.audit import Event
from webapp.domain.trails import Search
from webapp.domain.work import Work
from webapp.forms.audits import AuditForm
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("audits", __name__)

PAGE = 50


@bp.get("/audits")
@roles(Role.AUDITOR)
def index() -> ResponseReturnValue:
    form, before = _form(), request.args.get("before", type=int)
    is_sound = form.validate()
    found = trails.find(work(), form.search(work().person.zone), before=before, limit=PAGE + 1) if is_sound else []
    return render_template(
        "audits/index.html", entries=[(entry, json.loads(entry.facts)) for entry in found[:PAGE]], form=form,
        asked=form.asked(), older=found[PAGE - 1].number if len(found) > PAGE else None, before=before,
        names={person.id: person.full_name for person in people.people(work())}, events=list(Event),
        offices={office.id: office.name for office in people.offices(work())},
    )  # fmt: skip


@bp.get("/audits/export.csv")
@roles(Role.AUDITOR)
@db.writes
def export() -> ResponseReturnValue:
    """What the search finds, oldest first, as a stream: a million entries need no more memory than a thousand."""
    form = _form()
    form.validate()
    search, asking = form.search(work().person.zone), work()
    trails.note_export(asking, search)
    upto = audit.latest(asking, limit=1)[0].number
    name = f"jejak-audit-{asking.now:%Y%m%d-%H%M}.csv"
    told = {"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"}
    lines = _lines(current_app.extensions["engine"], asking, search, upto)
    return Response(lines, content_type="text/csv; charset=utf-8", headers=told)


def _lines(engine, asking: Work, search: Search, upto: int) -> Iterator[str]:  # noqa: ANN001
    """Each chunk in a short transaction of its own: a slow reader holds nothing back."""
    yield "\ufeff" + exports.csv_line(trails.COLUMNS)
    after, is_more = 0, True
    while is_more:
        with db.unit(engine, writes=False) as session:
            own = Work(session, session.merge(asking.person, load=False), asking.now, asking.config)
            entries, numbers = trails.chunk(own, search, after=after, upto=upto)
            text = "".join(trails.csv_lines(entries, numbers))
        yield text
        after = entries[-1].number if entries else after
        is_more = len(entries) == trails.CHUNK


@bp.get("/audits/check")
@roles(Role.AUDITOR)
def check() -> ResponseReturnValue:
    """Every hash from the first entry on, some seconds at a time; the page says where the chain breaks."""
    found, token = trails.check(work(), request.args.get("at", ""))
    onward = url_for("audits.check", at=token) if token else ""
    newest = next(iter(audit.latest(work(), limit=1)), None)
    return render_template("audits/check.html", found=found, onward=onward, newest=newest)


def _form() -> AuditForm:
    form = AuditForm(request.args)
    form.event.choices = [("", "")] + [(str(event), str(event)) for event in Event]
    return form
