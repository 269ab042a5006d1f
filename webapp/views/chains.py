"""A letter's way before it is submitted: who initials it, in which order. Who signs is added in signers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from webapp import db
from webapp.domain import chain_templates, chains, letters, permissions, signers
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.errors import sentence
from webapp.forms.reviews import ChainNameForm, ReviewerForm, SignerForm
from webapp.guards.access import work
from webapp.models import Letter, Person, StepKind

bp = Blueprint("chains", __name__)


@bp.get("/letters/<int:letter_id>/chain")
def edit(letter_id: int) -> ResponseReturnValue:
    return page(of(letter_id))


@bp.post("/letters/<int:letter_id>/chain")
def create(letter_id: int) -> ResponseReturnValue:
    """One more reviewer, at the end."""
    letter = of(letter_id)
    form = _reviewer_form(letter)
    if not form.validate():
        return page(letter, form=form), 422
    chains.add(
        work(), letter, chains.Planned(form.person_id.data, StepKind(form.kind.data), together=form.together.data)
    )
    return back(letter)


@bp.post("/letters/<int:letter_id>/chain/<int:person_id>")
def update(letter_id: int, person_id: int) -> ResponseReturnValue:
    """Up, down, together with the one before, or out."""
    letter = of(letter_id)
    chains.change(work(), letter, request.form.get("what", ""), person_id)
    return back(letter)


@bp.post("/letters/<int:letter_id>/chain/templates")
def save(letter_id: int) -> ResponseReturnValue:
    letter, form = of(letter_id), ChainNameForm()
    try:
        if form.validate():
            kept = chain_templates.save(work(), letter, form.name.data, of_type=form.of_type.data)
            flash(gettext("Alur disimpan dengan nama “%(name)s”.", name=kept.name), "ok")
            return back(letter)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        letter = of(letter_id)
    return page(letter, naming=form), 422


@bp.post("/letters/<int:letter_id>/chain/templates/<int:template_id>")
def use(letter_id: int, template_id: int) -> ResponseReturnValue:
    letter = of(letter_id)
    if request.form.get("what") == "forget":
        chain_templates.forget(work(), letter, template_id)
        flash(gettext("Alur tersimpan dihapus. Surat yang memakainya tidak berubah."), "ok")
    else:
        _use(letter, template_id)
    return back(letter)


def _use(letter: Letter, template_id: int) -> None:
    try:
        left_out = chain_templates.use(work(), letter, template_id)
    except Invalid as error:  # its signers cannot sign together
        db.rollback()
        flash(sentence(error), "warn")
        return
    if left_out:
        flash(ngettext("%(num)s orang dari alur itu tidak dapat lagi memberi paraf atau menandatangani, jadi dilewati.",
                       "%(num)s orang dari alur itu tidak dapat lagi memberi paraf atau menandatangani, jadi dilewati.",
                       left_out), "warn")  # fmt: skip


def of(letter_id: int) -> Letter:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    return letter


def _reviewer_form(letter: Letter) -> ReviewerForm:
    form = ReviewerForm()
    form.person_id.choices = choices(chains.candidates(work(), letter))
    return form


def signer_form(letter: Letter, **kind: object) -> SignerForm:
    form = SignerForm(**kind)
    form.person_id.choices = choices(signers.candidates(work(), letter))
    return form


def choices(found: list[Person]) -> list[tuple[int, str]]:
    return [(p.id, ": ".join(filter(None, (p.position, p.full_name)))) for p in found]


def page(
    letter: Letter, *, form: ReviewerForm | None = None, naming: ChainNameForm | None = None,
    signing: SignerForm | None = None,
) -> str:  # fmt: skip
    """The chain with its forms, one of them as it was refused."""
    return render_template(
        "chains/edit.html", letter=letter, form=form or _reviewer_form(letter),
        naming=naming or ChainNameForm(formdata=None), signing=signing or signer_form(letter, formdata=None),
        templates=chain_templates.of(work(), letter),
    )  # fmt: skip


def back(letter: Letter) -> ResponseReturnValue:
    return redirect(url_for("chains.edit", letter_id=letter.id), 303)
