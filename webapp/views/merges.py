"""Mail-merge for drafters: template and table, the dry run with a look at any letter, progress, handing in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import signing
from signing import merging
from webapp import db
from webapp.domain import gathered, gatherings, letterheads, merge_runs, merge_tables, merges
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.domain.letter_types import TYPES
from webapp.domain.merge_tables import PDF
from webapp.domain.merges import Order
from webapp.domain.throttle import UPLOAD
from webapp.errors import BadDocument, sentence
from webapp.forms.letters import CLASSIFICATIONS
from webapp.forms.merges import MergeForm, form_of
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Merge, MergeRow, Role
from webapp.views import drafting, uploads
from webapp.views.uploads import Upload

bp = Blueprint("merges", __name__)
PAGE, WIDTH = 50, 720


@bp.get("/merges")
@roles(Role.DRAFTER)
def index() -> ResponseReturnValue:
    return render_template("merges/index.html", types=TYPES.values(), known=merges.of(work()), label=merges.label)


@bp.get("/merges/new/<kind>")
@roles(Role.DRAFTER)
def new(kind: str) -> ResponseReturnValue:
    form = _form(kind)
    form.dated_on.data = work().now.astimezone(ZoneInfo(zone())).date()
    return _form_page(form)


@bp.post("/merges/new/<kind>")
@throttled((UPLOAD, by_person))
@roles(Role.DRAFTER)
@db.reads
def create(kind: str) -> ResponseReturnValue:
    form = _form(kind)
    files = _files(form) if form.validate_on_submit() else None
    if files is None:
        return _form_page(form), 422
    office, signer = drafting.chosen(form)
    try:
        order = _order(form, drafting.pattern(form, office), *files)
        db.commit()  # reading takes a second: no lock is held meanwhile
        table = merge_tables.read(files[0].data, merge_tables.columns(kind, _fields(order)))
        db.write()
        made = merges.make(work(), office, signer, order, table)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _form_page(form), 422
    _tell_unknown(table.unknown)
    return redirect(url_for("merges.show", merge_id=made.id), 303)


@bp.get("/merges/<int:merge_id>")
@roles(Role.DRAFTER)
def show(merge_id: int) -> ResponseReturnValue:
    """The dry run, made anew at every look; then how far the letters are."""
    merge = merges.get(work(), merge_id)
    rows = merges.rows(work(), merge)
    faults = merges.faults(work(), merge, rows) if merge.started_at is None else {}
    told = {"label": merges.label(merge), "until": merges.kept_until(merge), "standings": _standings(merge)}
    page = render_template("merges/show.html", merge=merge, **told, **_listing(merge, rows, faults))
    answer = make_response(page)
    if _is_running(merge):
        answer.headers["Refresh"] = "3"
    return answer


@bp.get("/merges/<int:merge_id>/rows/<int:row_id>")
@roles(Role.DRAFTER)
def row(merge_id: int, row_id: int) -> ResponseReturnValue:
    """A look at one letter before any is made."""
    merge = merges.get(work(), merge_id)
    rows = merges.rows(work(), merge)
    place = next((place for place, one in enumerate(rows) if one.id == row_id), None)
    if place is None:
        raise NotFound
    return render_template("merges/row.html", merge=merge, row=rows[place], rows=rows, place=place, width=WIDTH)


@bp.get("/merges/<int:merge_id>/rows/<int:row_id>.webp")
@throttled((UPLOAD, by_person))
@roles(Role.DRAFTER)
def image(merge_id: int, row_id: int) -> ResponseReturnValue:
    """The first page of that letter, made for this look only."""
    merge = merges.get(work(), merge_id)
    found = next((one for one in merges.rows(work(), merge) if one.id == row_id), None)
    if found is None:
        raise NotFound
    paper, (number,) = letterheads.of(work(), merge.office), merges.foresee(work(), merge, 1)
    _ = merge.signer
    db.commit()
    (pdf,) = merge_runs.pages(work().config, merge, [(found, number)], paper)
    if isinstance(pdf, str):
        raise Invalid(pdf)
    (picture,) = signing.render(pdf, [1], WIDTH)
    return Response(picture, mimetype="image/webp", headers={"Cache-Control": "private, no-store"})


@bp.post("/merges/<int:merge_id>/runs")
@roles(Role.DRAFTER)
def run(merge_id: int) -> ResponseReturnValue:
    return _done(merge_id, merges.start)


@bp.post("/merges/<int:merge_id>/submission")
@roles(Role.DRAFTER)
def submit(merge_id: int) -> ResponseReturnValue:
    return _done(merge_id, merges.hand_in)


def _done(merge_id: int, command) -> ResponseReturnValue:  # noqa: ANN001
    merge = merges.get(work(), merge_id)
    try:
        command(work(), merge)
    except Conflict as error:
        db.rollback()
        flash(sentence(error), "warn")
    return redirect(url_for("merges.show", merge_id=merge_id), 303)


def _files(form: MergeForm) -> tuple[Upload, bytes] | None:
    """Table and template, empty where the page is written here; None where one is refused, with the error at it."""
    table = uploads.read(form.table)
    template = uploads.read(form.template) if form.kind == PDF else Upload(b"", "")
    return (table, template.data) if table and template else None


def _order(form: MergeForm, pattern, table: Upload, template: bytes) -> Order:  # noqa: ANN001
    numbering = pattern.id if pattern else None
    return Order(form.kind, form.common(), form.texts(), numbering, table.filename, template)


def _fields(order: Order) -> tuple[merging.FormField, ...]:
    if order.kind != PDF:
        return ()
    try:
        return merging.fields(order.template)
    except BadDocument as error:
        raise Invalid(sentence(error), field="template") from None


def _tell_unknown(names: list[str]) -> None:
    if names:
        flash(gettext("Kolom yang tidak dikenal diabaikan: %(names)s.", names=", ".join(names)), "warn")


def _is_running(merge: Merge) -> bool:
    is_made = merge.made_at is not None or merge.started_at is None
    return not is_made or (merge.submitted_at is not None and merge.told_at is None)


def _standings(merge: Merge) -> list[gathered.Standing]:
    """How far the notices of the group have come."""
    return gathered.standings(work(), gatherings.of_merge(merge.id).source) if merge.told_at is not None else []


def _listing(merge: Merge, rows: list[MergeRow], faults: dict) -> dict[str, object]:
    """Lines with something wrong first, a page of them."""
    ordered = sorted(rows, key=lambda one: (one.id not in faults and not one.cause, one.line))
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    told = {row_id: [sentence(one) for one in wrong] for row_id, wrong in faults.items()}
    made = sum(one.letter_id is not None for one in rows)
    handed = sum(one.letter is not None and one.letter.submitted_at is not None for one in rows)
    return {
        "rows": shown, "told": told, "page": page, "pages": pages, "total": len(rows), "made": made, "handed": handed,
        "failed": sum(bool(one.cause) for one in rows), "is_running": _is_running(merge),
        "unmade": sum(merges.is_unmade(one) for one in rows),
    }  # fmt: skip


def _form(kind: str) -> MergeForm:
    if kind != PDF and kind not in TYPES:
        raise NotFound
    form = form_of(kind)()
    drafting.offer(form)
    form.numbering.choices = [(0, gettext("Dari kolom “nomor” di tabel")), *form.numbering.choices[1:]]
    return form


def _form_page(form: MergeForm) -> str:
    known = merge_tables.columns(form.kind)
    label = TYPES[form.kind].label if form.kind in TYPES else "Templat PDF"
    return render_template(
        "merges/new.html", form=form, columns=known, label=label, classifications=CLASSIFICATIONS,
        most=merge_tables.MAX_ROWS,
    )  # fmt: skip
