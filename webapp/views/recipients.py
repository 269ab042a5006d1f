"""Who gets a signed letter by mail, and what became of it: listed by its drafters, read by all its readers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import deliveries, letters, permissions, personal_links, recipients
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.recipients import PersonForm, RecipientForm
from webapp.guards.access import work
from webapp.models import Letter, RecipientKind

bp = Blueprint("recipients", __name__)


@bp.get("/letters/<int:letter_id>/recipients")
def index(letter_id: int) -> ResponseReturnValue:
    return _page(letters.get(work(), letter_id), RecipientForm(formdata=None))


@bp.post("/letters/<int:letter_id>/recipients")
def create(letter_id: int) -> ResponseReturnValue:
    """Somebody whose name is typed."""
    letter = _letter(letter_id)
    form = RecipientForm()
    try:
        if form.validate():
            kind = RecipientKind(form.kind.data)
            recipients.add(work(), letter, kind, form.name.data or "", form.email.data or "")
            return _back(letter)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    return _page(letters.get(work(), letter_id), form), 422


@bp.post("/letters/<int:letter_id>/recipients/people")
def create_person(letter_id: int) -> ResponseReturnValue:
    """Somebody inside, chosen from those found."""
    letter = _letter(letter_id)
    is_addressee = request.form.get("kind") == RecipientKind.ADDRESSEE
    kind = RecipientKind.ADDRESSEE if is_addressee else RecipientKind.COPY
    recipients.add_person(work(), letter, kind, request.form.get("person_id", 0, type=int))
    return _back(letter)


@bp.post("/letters/<int:letter_id>/recipients/<int:recipient_id>/removal")
def destroy(letter_id: int, recipient_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    recipients.remove(work(), letter, recipient_id)
    return _back(letter)


@bp.post("/letters/<int:letter_id>/recipients/<int:recipient_id>/delivery")
def send(letter_id: int, recipient_id: int) -> ResponseReturnValue:
    """Once more, to the same."""
    letter = _letter(letter_id)
    deliveries.send_again(work(), letter, recipient_id)
    flash(gettext("Surat dikirim lagi."), "ok")
    return _back(letter)


@bp.post("/letters/<int:letter_id>/deliveries/<int:delivery_id>/code")
def code(letter_id: int, delivery_id: int) -> ResponseReturnValue:
    """Shown in this answer and never again."""
    letter = _letter(letter_id)
    made = personal_links.make_code(work(), letter, delivery_id)
    delivery = personal_links.of(work(), letter, delivery_id)
    return render_template("recipients/code.html", letter=letter, recipient=delivery.recipient, code=made)


@bp.post("/letters/<int:letter_id>/deliveries/<int:delivery_id>/closing")
def close(letter_id: int, delivery_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    personal_links.close(work(), letter, delivery_id)
    flash(gettext("Tautan ditutup."), "ok")
    return _back(letter)


def _letter(letter_id: int) -> Letter:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.DISTRIBUTE, letter)
    return letter


def _page(letter: Letter, form: RecipientForm) -> str:
    may_change, search = permissions.can(work(), Action.DISTRIBUTE, letter), PersonForm(request.args)
    found = recipients.search(work(), letter, search.q.data or "") if may_change and search.validate() else []
    open_links = {
        one.id for listed in deliveries.of(work(), letter) for one in listed.deliveries
        if personal_links.is_open(work(), one)
    }  # fmt: skip
    return render_template(
        "recipients/index.html", letter=letter, listed=deliveries.of(work(), letter), form=form, search=search,
        found=found, may_change=may_change, open_links=open_links,
        offices=recipients.office_names(work()) if may_change else [],
    )  # fmt: skip


def _back(letter: Letter) -> ResponseReturnValue:
    return redirect(url_for("recipients.index", letter_id=letter.id), 303)
