"""Practice: what there is to do, ready letters at a press, and an upload of one's own."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import drills, practice, trainings
from webapp.domain.throttle import UPLOAD
from webapp.forms.letters import CLASSIFICATIONS, LetterForm
from webapp.forms.practice import PartForm, only
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.i18n import zone
from webapp.models import Part, Role
from webapp.views import drafting, uploads
from webapp.views.files import pdf_answer

bp = Blueprint("practice", __name__)


@bp.get("/practice")
def index() -> ResponseReturnValue:
    person = work().person
    done = practice.done(work(), person)
    completed = practice.completed(done)
    if completed and not trainings.is_recorded(work(), person, practice.COURSE):
        db.write()
        practice.record(work(), person)
    return render_template(
        "practice/index.html", parts=practice.parts(person), tasks=practice.tasks, done=done,
        completed=completed, letters=practice.mine(work()),
        attempts=drills.attempts(work(), person),
    )  # fmt: skip


@bp.post("/practice/letters")
@throttled((UPLOAD, by_person))
def create() -> ResponseReturnValue:
    """Invented letters put before the trainee. Composing takes seconds, so each is written down by itself."""
    form = PartForm()
    if not form.validate_on_submit() or form.part.data == Part.DRAFTER:
        abort(422)
    part = Part(form.part.data)
    practice.require(work(), part)
    for which in range(practice.AT_ONCE[part]):
        db.commit()
        sample, taken = practice.compose(work(), which)
        db.write()
        letter = practice.create(work(), part, taken, sample.facts)
        db.commit()
        mark = practice.draw(work(), letter)
        db.write()
        practice.hand_in(work(), letter, mark)
    flash(gettext("Surat latihan sudah siap."), "ok")
    return redirect(url_for("practice.index") + f"#{part}", 303)


@bp.get("/practice/sample.pdf")
@roles(Role.DRAFTER)
def sample() -> ResponseReturnValue:
    """A letter to upload, as a word processor would have made it."""
    return pdf_answer(practice.sheet(work()), "contoh-surat-latihan")


@bp.get("/practice/letters/new")
@roles(Role.DRAFTER)
def new() -> ResponseReturnValue:
    form = _form()
    form.dated_on.data = work().now.astimezone(ZoneInfo(zone())).date()
    return _page(form)


@bp.post("/practice/letters/new")
@throttled((UPLOAD, by_person))
@roles(Role.DRAFTER)
def upload() -> ResponseReturnValue:
    """As letters.create; the file is marked, and the number stands in no book."""
    form = _form()
    is_complete = form.validate()
    taken = uploads.take(form, practice=True)
    if taken is None or not is_complete:
        return _page(form, taken), 422
    letter = practice.create(work(), Part.DRAFTER, taken, form.facts())
    flash(gettext("Draf disimpan. Sekarang letakkan tanda tangannya."), "ok")
    drafting.inscribe(letter)
    return redirect(url_for("marks.edit", letter_id=letter.id), 303)


def _form() -> LetterForm:
    form, person = LetterForm(), work().person
    form.office_id.choices = [(m.office.id, m.office.name) for m in person.memberships if m.role == Role.DRAFTER][:1]
    form.signer_id.choices, form.numbering.choices = only(person), [(0, gettext("Ketik sendiri"))]
    return form


def _page(form: LetterForm, taken=None) -> str:  # noqa: ANN001
    uploads.keep(form, taken)
    return render_template(
        "letters/new.html", form=form, taken=taken, classifications=CLASSIFICATIONS, config=work().config, practice=True
    )
