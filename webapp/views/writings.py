"""Letters that are written here: choosing a type, typing, and typing again after a look at the page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from signing.places import Placement
from webapp import db
from webapp.domain import letters, marks, numbers, permissions, writings
from webapp.domain.errors import Invalid, NotFound
from webapp.domain.intake import Intake
from webapp.domain.letter_types import TYPES
from webapp.domain.throttle import UPLOAD
from webapp.domain.workflow import Action
from webapp.errors import BadDocument, BadPlacement
from webapp.forms.letters import CLASSIFICATIONS, FactsForm, NumberedForm
from webapp.forms.writings import form as form_of
from webapp.forms.writings import new_form
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Letter, Office, Role
from webapp.views import drafting

bp = Blueprint("writings", __name__)


@bp.get("/writings/new")
@roles(Role.DRAFTER)
def index() -> ResponseReturnValue:
    return render_template("writings/index.html", types=TYPES.values())


@bp.get("/writings/new/<kind>")
@roles(Role.DRAFTER)
def new(kind: str) -> ResponseReturnValue:
    form = _new_form(kind)
    form.dated_on.data = work().now.astimezone(ZoneInfo(zone())).date()
    return _new_page(form)


@bp.post("/writings/new/<kind>")
@throttled((UPLOAD, by_person))
@roles(Role.DRAFTER)
@db.reads
def create(kind: str) -> ResponseReturnValue:
    form = _new_form(kind)
    if not form.validate_on_submit():
        return _new_page(form), 422
    office, signer = drafting.chosen(form)
    try:
        pattern = drafting.pattern(form, office)
        made = writings.source(kind, form.texts(), form.facts() | ({"number": ""} if pattern else {}), signer)
        letter = letters.create(work(), office, signer, _set(made, office), form.facts(), pattern=pattern)
    except (Invalid, BadDocument) as error:
        return _refused(form, error, _new_page)
    return _shown(letter, kind, form.texts())


@bp.get("/letters/<int:letter_id>/text")
def edit(letter_id: int) -> ResponseReturnValue:
    letter, known = _written(letter_id)
    form = _form(letter, known.kind)
    form.fill(known.fields)
    return _edit_page(letter, form)


@bp.post("/letters/<int:letter_id>/text")
@throttled((UPLOAD, by_person))
@db.reads
def update(letter_id: int) -> ResponseReturnValue:
    letter, known = _written(letter_id)
    form = _form(letter, known.kind)
    if not form.validate_on_submit():
        return _edit_page(letter, form), 422
    try:
        signer = next(p for p in drafting.signers([letter.office]) if p.id == form.signer_id.data)
        taken = _set(writings.source(known.kind, form.texts(), form.facts(), signer), letter.office)
        letters.update(work(), letter, signer, form.facts())
        letters.rewrite(work(), letter, taken)
    except (Invalid, BadDocument) as error:
        return _refused(form, error, lambda refused: _edit_page(letters.get(work(), letter_id), refused))
    return _shown(letter, known.kind, form.texts())


def _set(made: writings.Source, office: Office) -> Intake:
    """The page, made with no transaction open: it takes a second. What follows may write."""
    paper = writings.paper_of(work(), office)
    db.commit()
    taken = writings.take(work().config, made, paper)
    db.write()
    return taken


def _shown(letter: Letter, kind: str, texts: dict[str, str]) -> ResponseReturnValue:
    """Set the page again where the number was only just given; put the mark in its block; show the page."""
    db.commit()
    if not writings.is_current(work().config, letter):
        letters.rewrite(work(), letter, _set(writings.from_letter(letter, kind, texts), letter.office))
        db.commit()
    flash(gettext("Surat disimpan sebagai draf. Periksa halamannya di bawah ini."), "ok")
    is_placed = _place(letter)
    return redirect(url_for("marks.show" if is_placed else "marks.edit", letter_id=letter.id), 303)


def _place(letter: Letter) -> bool:
    """The mark in the room that its block leaves; where there is none, the drafter is asked."""
    suggestion = {name: value for name, value in (letter.version.suggestion or {}).items() if name != "by"}
    if not suggestion:
        return False
    try:
        mark = marks.draw(work().config, letter, Placement.of(suggestion))
    except (BadDocument, BadPlacement):
        return False
    if not mark.covers:
        db.write()
        letters.place_mark(work(), letter, mark)
    return not mark.covers


def _written(letter_id: int) -> tuple[Letter, writings.Source]:
    """Raises NotFound for a letter whose page was uploaded."""
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    known = writings.source_of(work().config, letter)
    if known is None:
        raise NotFound
    return letter, known


def _refused(form: FactsForm, error: Exception, page) -> ResponseReturnValue:  # noqa: ANN001
    db.rollback()
    form.refuse(error)
    return page(form), 422


def _new_form(kind: str) -> NumberedForm:
    if kind not in TYPES:
        raise NotFound
    form = new_form(kind)()
    drafting.offer(form)
    return form


def _form(letter: Letter, kind: str) -> FactsForm:
    form = form_of(kind)(obj=letter)
    form.signer_id.choices = drafting.choices(drafting.signers([letter.office]))
    return form


def _new_page(form: NumberedForm) -> str:
    return render_template("writings/new.html", form=form, type=TYPES[form.kind], classifications=CLASSIFICATIONS)


def _edit_page(letter: Letter, form: FactsForm) -> str:
    held = numbers.held_by(work(), letter)
    return render_template(
        "writings/edit.html", letter=letter, form=form, type=TYPES[form.kind], classifications=CLASSIFICATIONS,
        is_taken=held is not None and bool(held.pattern),
    )  # fmt: skip
