"""The list of letters, and their facts: writing down, changing. Reading them is views/reading.py."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp import db
from webapp.domain import batches, letters, numbers, permissions, searches, waits
from webapp.domain.errors import Invalid
from webapp.domain.intake import Intake
from webapp.domain.searches import Mark, Page, Slice
from webapp.domain.throttle import UPLOAD
from webapp.domain.workflow import WAITING, Action
from webapp.forms.letters import CLASSIFICATIONS, FactsForm, LetterForm
from webapp.forms.searches import SearchForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Letter, Role, State
from webapp.views import drafting, uploads

bp = Blueprint("letters", __name__)
PAGE_SIZE, WAITING_SIZE = 30, 50


@dataclass(frozen=True)
class Box:
    """One tab of the list: ?box=waiting, else ?state=<name>."""

    name: str
    label: str
    states: tuple[State, ...] = ()
    readers: tuple[Role, ...] = ()  # empty: everyone

    @property
    def address(self) -> dict[str, str]:
        return {"box": self.name} if self.name == "waiting" else {"state": self.name}


BOXES = (
    Box("waiting", lazy_gettext("Menunggu saya"), (), (Role.SIGNER, Role.REVIEWER)),
    Box("draft", lazy_gettext("Draf"), (State.DRAFT, State.WITHDRAWN), (Role.DRAFTER,)),
    Box("submitted", lazy_gettext("Berjalan"), tuple(WAITING), (Role.DRAFTER, Role.REVIEWER, Role.AUDITOR)),
    Box("returned", lazy_gettext("Dikembalikan"), (State.RETURNED,)),
    Box("signed", lazy_gettext("Ditandatangani"), (State.SIGNED, State.REVOKED, State.REPLACED)),
    Box("all", lazy_gettext("Semua")),
)


@bp.get("/letters")
def index() -> ResponseReturnValue:
    boxes = [box for box in BOXES if not box.readers or permissions.has_role(work(), *box.readers) or _acts(box)]
    waiting = waits.count(work(), work().person)
    box = _chosen(boxes, waiting)
    form = SearchForm()
    is_sound = form.validate()
    page, after = _found(box, form) if is_sound else (Page([], None), None)
    shown = render_template(
        "letters/index.html", boxes=boxes, box=box, waiting=waiting, page=page, after=after, form=form, now=work().now,
        unfinished=batches.unfinished(work()) if box.name == "waiting" else None,
        url=lambda after: url_for("letters.index", **box.address, **form.kept, after=after and str(after)),
    )  # fmt: skip
    return shown, 200 if is_sound else 422


def _found(box: Box, form: SearchForm) -> tuple[Page | waits.Page, Mark | waits.Mark | None]:
    """A page, and where it begins."""
    if box.name != "waiting":
        return searches.find(work(), form.filters(*box.states), Slice(PAGE_SIZE, form.after)), form.after
    after = waits.Mark.of(request.args.get("after", ""))
    found = waits.page(work(), work().person, size=WAITING_SIZE, after=after)
    if after and not found.letters:  # all that followed is done by now
        return waits.page(work(), work().person, size=WAITING_SIZE), None
    return found, after


def _acts(box: Box) -> bool:
    return box.name == "waiting" and permissions.acts(work())


def _chosen(boxes: list[Box], waiting: int) -> Box:
    """What was asked for; without asking an official sees what waits, and a drafter everything."""
    by_name = {box.name: box for box in boxes}
    asked = request.args.get("box") or request.args.get("state") or ""
    only_signs = "submitted" not in by_name and "waiting" in by_name
    return by_name.get(asked) or by_name["waiting" if waiting or only_signs else "all"]


@bp.get("/letters/new")
@roles(Role.DRAFTER)
def new() -> ResponseReturnValue:
    form = _letter_form()
    form.dated_on.data = work().now.astimezone(ZoneInfo(zone())).date()
    return _page(form)


@bp.post("/letters/new")
@throttled((UPLOAD, by_person))
@roles(Role.DRAFTER)
def create() -> ResponseReturnValue:
    form = _letter_form()
    is_complete = form.validate()
    taken = uploads.take(form)
    if taken is None or not is_complete:
        return _page(form, taken), 422
    office, signer = drafting.chosen(form)
    try:
        pattern = drafting.pattern(form, office)
        letter = letters.create(work(), office, signer, taken, form.facts(), pattern=pattern)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(form, taken), 422
    flash(gettext("Draf disimpan. Sekarang letakkan tanda tangannya."), "ok")
    drafting.inscribe(letter)
    return redirect(url_for("marks.edit", letter_id=letter.id), 303)


@bp.get("/letters/<int:letter_id>/edit")
def edit(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    if letter.version.source_sha256:  # page and facts are one form there
        return redirect(url_for("writings.edit", letter_id=letter.id))
    return _facts_page(letter, _facts_form(letter))


@bp.post("/letters/<int:letter_id>/edit")
def update(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    form = _facts_form(letter)
    if not form.validate():
        return _facts_page(letter, form), 422
    try:
        signer = next(p for p in drafting.signers([letter.office]) if p.id == form.signer_id.data)
        letters.update(work(), letter, signer, form.facts())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _facts_page(letters.get(work(), letter_id), form), 422
    flash(gettext("Keterangan surat disimpan."), "ok")
    drafting.inscribe(letter)
    is_placed = letter.version.prepared_sha256 is not None
    return redirect(url_for("marks.show" if is_placed else "marks.edit", letter_id=letter.id), 303)


def _facts_page(letter: Letter, form: FactsForm) -> str:
    held = numbers.held_by(work(), letter)
    return render_template(
        "letters/edit.html", letter=letter, form=form, classifications=CLASSIFICATIONS,
        is_taken=held is not None and bool(held.pattern),
    )  # fmt: skip


def _page(form: LetterForm, taken: Intake | None = None) -> str:
    uploads.keep(form, taken)
    return render_template(
        "letters/new.html", form=form, taken=taken, classifications=CLASSIFICATIONS, config=work().config
    )


def _letter_form() -> LetterForm:
    form = LetterForm()
    drafting.offer(form)
    return form


def _facts_form(letter: Letter) -> FactsForm:
    form = FactsForm(obj=letter, letter_type=letter.kind)
    form.signer_id.choices = drafting.choices(drafting.signers([letter.office]))
    return form
