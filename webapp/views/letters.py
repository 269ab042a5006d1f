"""The list of letters, and their facts: writing down, changing. Reading them is views/reading.py."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp import db
from webapp.domain import letters, people, permissions
from webapp.domain.errors import Invalid
from webapp.domain.intake import Intake
from webapp.domain.throttle import UPLOAD
from webapp.domain.workflow import WAITING, Action
from webapp.forms.base import one_line
from webapp.forms.letters import CLASSIFICATIONS, FactsForm, LetterForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Role, State
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
    boxes = [box for box in BOXES if not box.readers or permissions.has_role(work(), *box.readers)]
    waiting = letters.count_waiting(work(), work().person)
    box = _chosen(boxes, waiting)
    text = one_line(request.args.get("q"))[:100]
    number = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    if box.name == "waiting":
        found = letters.waiting_for(work(), work().person)
        total = len(found)
    else:
        found, total = letters.search(work(), state=box.states, text=text, page=number, size=PAGE_SIZE)
    kept = box.address | ({"q": text} if text else {})
    return render_template(
        "letters/index.html", boxes=boxes, box=box, waiting=waiting, letters=found, total=total, text=text,
        number=number, pages=max(1, -(-total // PAGE_SIZE)) if box.name != "waiting" else 1, now=work().now,
        url=lambda page: url_for("letters.index", **kept, page=page),
    )  # fmt: skip


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
        letter = letters.create(work(), office, signer, taken, form.facts())
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
    form = _facts_form(letter)
    return render_template("letters/edit.html", letter=letter, form=form, classifications=CLASSIFICATIONS)


@bp.post("/letters/<int:letter_id>/edit")
def update(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    form = _facts_form(letter)
    if form.validate():
        signer = next(p for p in _signers([letter.office]) if p.id == form.signer_id.data)
        letters.update(work(), letter, signer, form.facts())
        flash(gettext("Keterangan surat disimpan."), "ok")
        is_placed = letter.version.prepared_sha256 is not None
        return redirect(url_for("marks.show" if is_placed else "marks.edit", letter_id=letter.id), 303)
    return render_template("letters/edit.html", letter=letter, form=form, classifications=CLASSIFICATIONS), 422


def _page(form: LetterForm, taken: Intake | None = None) -> str:
    uploads.keep(form, taken)
    return render_template(
        "letters/new.html", form=form, taken=taken, classifications=CLASSIFICATIONS, config=work().config
    )


def _letter_form() -> LetterForm:
    form = LetterForm()
    form.office_id.choices = [(office.id, office.name) for office in _offices()]
    form.signer_id.choices = _choices(_signers(_offices()))
    return form


def _facts_form(letter) -> FactsForm:  # noqa: ANN001
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
