"""The list of letters, and their facts: writing down, changing. Reading them is views/reading.py."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp import db
from webapp.domain import batches, letters, number_patterns, numbers, people, permissions, searches
from webapp.domain.errors import N_, Invalid
from webapp.domain.intake import Intake
from webapp.domain.searches import Page, Slice
from webapp.domain.throttle import UPLOAD
from webapp.domain.workflow import WAITING, Action
from webapp.forms.letters import CLASSIFICATIONS, FactsForm, LetterForm
from webapp.forms.searches import SearchForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Letter, NumberPattern, Office, Role, State
from webapp.views import uploads

bp = Blueprint("letters", __name__)
PAGE_SIZE = 30


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
    Box("submitted", lazy_gettext("Menunggu"), tuple(WAITING), (Role.DRAFTER, Role.REVIEWER, Role.AUDITOR)),
    Box("returned", lazy_gettext("Dikembalikan"), (State.RETURNED,)),
    Box("signed", lazy_gettext("Ditandatangani"), (State.SIGNED, State.REVOKED, State.REPLACED)),
    Box("all", lazy_gettext("Semua")),
)


@bp.get("/letters")
def index() -> ResponseReturnValue:
    boxes = [box for box in BOXES if not box.readers or permissions.has_role(work(), *box.readers) or _acts(box)]
    waiting = letters.count_waiting(work(), work().person)
    box = _chosen(boxes, waiting)
    form = SearchForm()
    is_sound = form.validate()
    page = _found(box, form) if is_sound else Page([], None)
    shown = render_template(
        "letters/index.html", boxes=boxes, box=box, waiting=waiting, page=page, form=form, now=work().now,
        unfinished=batches.unfinished(work()) if box.name == "waiting" else None,
        url=lambda after: url_for("letters.index", **box.address, **form.kept, after=after and str(after)),
    )  # fmt: skip
    return shown, 200 if is_sound else 422


def _found(box: Box, form: SearchForm) -> Page:
    if box.name == "waiting":
        return Page(letters.waiting_for(work(), work().person), None)
    return searches.find(work(), form.filters(*box.states), Slice(PAGE_SIZE, form.after))


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
    office = next(o for o in _offices() if o.id == form.office_id.data)
    signer = next(p for p in _signers(_offices()) if p.id == form.signer_id.data)
    try:
        letter = letters.create(work(), office, signer, taken, form.facts(), pattern=_pattern(form, office))
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(form, taken), 422
    flash(gettext("Draf disimpan. Sekarang letakkan tanda tangannya."), "ok")
    return redirect(url_for("marks.edit", letter_id=letter.id), 303)


@bp.get("/letters/<int:letter_id>/edit")
def edit(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    return _facts_page(letter, _facts_form(letter))


@bp.post("/letters/<int:letter_id>/edit")
def update(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    form = _facts_form(letter)
    if not form.validate():
        return _facts_page(letter, form), 422
    try:
        signer = next(p for p in _signers([letter.office]) if p.id == form.signer_id.data)
        letters.update(work(), letter, signer, form.facts())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _facts_page(letters.get(work(), letter_id), form), 422
    flash(gettext("Keterangan surat disimpan."), "ok")
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
    form.office_id.choices = [(office.id, office.name) for office in _offices()]
    form.signer_id.choices = _choices(_signers(_offices()))
    form.numbering.choices = [(0, gettext("Ketik sendiri")), *_patterns(_offices())]
    return form


def _patterns(offices: list[Office]) -> list[tuple[int, str]]:
    """The offices' patterns as ways to number a letter; by office where there are several."""
    found = [(office, one) for office in offices for one in number_patterns.of(work(), office)]
    ways = [(office, one, gettext("Ambil dari buku nomor: %(name)s", name=one.name)) for office, one in found]
    return [(one.id, f"{way} ({office.code})" if len(offices) > 1 else way) for office, one, way in ways]


def _pattern(form: LetterForm, office: Office) -> NumberPattern | None:
    """By which the number is taken; None: it was typed."""
    if not form.numbering.data:
        return None
    found = number_patterns.find(work(), office, form.numbering.data)
    if found is None:
        raise Invalid(N_("Pola ini milik perangkat daerah lain."), field="numbering")
    return found


def _facts_form(letter: Letter) -> FactsForm:
    form = FactsForm(obj=letter)
    form.signer_id.choices = _choices(_signers([letter.office]))
    return form


def _offices() -> list:
    """Where the person drafts."""
    return [m.office for m in work().person.memberships if m.role == Role.DRAFTER]


def _signers(offices: list) -> list:
    found = {person.id: person for office in offices for person in people.signers_for(work(), office)}
    return list(found.values())


def _choices(signers: list) -> list[tuple[int, str]]:
    """Position first, as letters are signed by offices. Of several none is chosen beforehand, so none by mistake."""
    named = [(p.id, f"{p.position}: {p.full_name}" if p.position else p.full_name) for p in signers]
    return named if len(named) == 1 else [(0, gettext("Pilih pejabat")), *named]
