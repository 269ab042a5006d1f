"""Offices, people and trainings from a CSV or XLSX: looked at line by line, then applied. For administrators."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp import db
from webapp.domain import imports, rosters
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.plans import Line, Plan
from webapp.domain.rosters import Kind
from webapp.domain.throttle import UPLOAD
from webapp.errors import sentence
from webapp.forms.imports import ApplicationForm, ImportForm, judge
from webapp.forms.people import ROLES
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import day
from webapp.models import Import, Role
from webapp.views import uploads

bp = Blueprint("imports", __name__)

PAGE = 50
OUTCOMES = {
    "wrong": lazy_gettext("Keliru"), "new": lazy_gettext("Baru"), "changed": lazy_gettext("Berubah"),
    "same": lazy_gettext("Tetap"),
}  # fmt: skip
FIELDS = {
    "name": lazy_gettext("Nama"), "title_before": lazy_gettext("Gelar di depan"), "nip": lazy_gettext("NIP"),
    "title_after": lazy_gettext("Gelar di belakang"), "rank": lazy_gettext("Pangkat/golongan"),
    "position": lazy_gettext("Jabatan"), "roles": lazy_gettext("Peran"), "parent": lazy_gettext("Di bawah"),
    "course": lazy_gettext("Pelatihan"), "completed_on": lazy_gettext("Selesai pada tanggal"),
}  # fmt: skip


class Place(NamedTuple):
    """Where a kind of table comes from and leads to, and the name of its template."""

    title: str
    home: str  # endpoint
    label: str
    look: str
    template: str


PLACES = {
    Kind.OFFICES: Place(
        lazy_gettext("Impor perangkat daerah"), "offices.index", lazy_gettext("Perangkat daerah"),
        lazy_gettext("Lihat perangkat daerah"), "perangkat-daerah",
    ),
    Kind.PEOPLE: Place(
        lazy_gettext("Impor orang"), "people.index", lazy_gettext("Orang"), lazy_gettext("Lihat orang"), "orang"
    ),
    Kind.TRAININGS: Place(
        lazy_gettext("Impor pelatihan"), "adoption.index", lazy_gettext("Papan adopsi"),
        lazy_gettext("Lihat papan adopsi"), "pelatihan",
    ),
}  # fmt: skip
FORMATS = {
    "csv": (rosters.csv_template, "text/csv; charset=utf-8"),
    "xlsx": (rosters.xlsx_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@bp.get("/imports/<kind>/new")
@roles(Role.ADMINISTRATOR)
def new(kind: str) -> ResponseReturnValue:
    return _form_page(_kind(kind), ImportForm())


@bp.get("/imports/<kind>/template.<extension>")
@roles(Role.ADMINISTRATOR)
def template(kind: str, extension: str) -> ResponseReturnValue:
    if extension not in FORMATS:
        raise NotFound
    write, content_type = FORMATS[extension]
    name = f"templat-{PLACES[_kind(kind)].template}.{extension}"
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(_kind(kind)), content_type=content_type, headers=told)


@bp.post("/imports/<kind>/new")
@throttled((UPLOAD, by_person))
@roles(Role.ADMINISTRATOR)
@db.reads
def create(kind: str) -> ResponseReturnValue:
    form, chosen = ImportForm(), _kind(kind)
    upload = uploads.read(form.file) if form.validate_on_submit() else None
    if upload is None:
        return _form_page(chosen, form, 422)
    db.commit()  # reading takes a second: no lock is held meanwhile
    try:
        roster = rosters.read(chosen, upload.data)
    except Invalid as error:
        form.refuse(error)
        return _form_page(chosen, form, 422)
    judged = judge(chosen, roster.rows)
    db.write()
    kept = imports.keep(work(), chosen, upload.filename, roster, judged)
    return redirect(url_for("imports.show", import_id=kept.id), 303)


@bp.get("/imports/<int:import_id>")
@roles(Role.ADMINISTRATOR)
def show(import_id: int) -> ResponseReturnValue:
    """The dry run, made anew at every look; or what was done."""
    kept = imports.get(work(), import_id)
    place = PLACES[Kind(kept.kind)]
    if kept.applied_at is not None:
        return render_template("imports/done.html", kept=kept, place=place, outcomes=OUTCOMES)
    plan = imports.plan(work(), kept)
    form = ApplicationForm(formdata=None, sha256=kept.sha256, plan=plan.digest)
    return render_template("imports/show.html", kept=kept, place=place, plan=plan, form=form, **_listing(plan))


@bp.post("/imports/<int:import_id>")
@roles(Role.ADMINISTRATOR)
def apply(import_id: int) -> ResponseReturnValue:
    kept, form = imports.get(work(), import_id), ApplicationForm()
    here = redirect(url_for("imports.show", import_id=import_id), 303)
    if kept.applied_at is not None:  # the second tap lands on what the first one did
        return here
    try:
        if not form.validate_on_submit():
            raise Conflict(imports.CHANGED)
        imports.apply(work(), kept, (form.sha256.data, form.plan.data), invite=form.invite.data)
    except Conflict as error:
        db.rollback()
        flash(sentence(error), "warn")
        return here
    flash(_told(kept), "ok")
    return here


def _told(kept: Import) -> str:
    counts = kept.outcome or {}
    return gettext("Diterapkan: %(new)s baru, %(changed)s berubah.", new=counts["new"], changed=counts["changed"])


def _listing(plan: Plan) -> dict[str, object]:
    """One page of the lines of one outcome: those that are wrong first, so that nobody overlooks them."""
    counts = plan.counts
    default = next((name for name in OUTCOMES if counts[name]), "new")
    only = request.args.get("only", default)
    lines = [line for line in plan.lines if line.outcome == only]
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = [(line, _problems(line)) for line in lines[(page - 1) * PAGE : page * PAGE]]
    return {"counts": counts, "only": only, "lines": shown, "page": page, "pages": pages, "outcomes": OUTCOMES,
            "fields": FIELDS, "told": _value}  # fmt: skip


def _problems(line: Line) -> list[str]:
    return [p if isinstance(p, str) else sentence(p) for p in line.problems]


def _value(name: str, value: str) -> str:
    """A value as people read it: roles by their names, a day in words."""
    if name == "completed_on":
        return day(date.fromisoformat(value))
    if name != "roles":
        return value
    return ", ".join(str(ROLES[Role(role)]) for role in value.split(", ") if role)


def _kind(kind: str) -> Kind:
    if kind not in list(Kind):
        raise NotFound
    return Kind(kind)


def _form_page(kind: Kind, form: ImportForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "imports/new.html", kind=kind, place=PLACES[kind], form=form, columns=rosters.COLUMNS[kind],
        most=rosters.MAX_ROWS, roles=ROLES,
    )  # fmt: skip
    return page, status
