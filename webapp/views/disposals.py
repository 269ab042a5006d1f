"""Disposal of letters: the lists that the night makes, the approval with a decree, the second person's confirmation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import disposals, people
from webapp.domain.errors import Invalid
from webapp.forms.base import Form
from webapp.forms.retention import ApprovalForm, ConfirmationForm
from webapp.guards.access import roles, work
from webapp.models import Disposal, DisposalState, Role

bp = Blueprint("disposals", __name__)


@bp.get("/disposals")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return render_template("disposals/index.html", listed=disposals.listed(work(), people.governed(work())))


@bp.get("/disposals/<int:disposal_id>")
@roles(Role.ADMINISTRATOR)
def show(disposal_id: int) -> ResponseReturnValue:
    disposal = disposals.get(work(), disposal_id)
    form = ApprovalForm() if disposal.state == DisposalState.PROPOSED else ConfirmationForm()
    form.shown.data = disposals.digest(disposal)
    return _page(disposal, form)


@bp.post("/disposals/<int:disposal_id>/approval")
@roles(Role.ADMINISTRATOR)
def approve(disposal_id: int) -> ResponseReturnValue:
    disposal, form = disposals.get(work(), disposal_id), ApprovalForm()
    if not form.validate_on_submit():
        return _page(disposal, form), 422
    decree = {"decree": form.decree.data, "decree_on": form.decree_on.data}
    try:
        disposals.approve(work(), disposal, shown=form.shown.data, **decree)
    except Invalid as error:
        return _refused(disposal_id, form, error)
    flash(gettext("Disetujui. Administrator lain harus mengonfirmasinya."), "ok")
    return redirect(url_for("disposals.show", disposal_id=disposal.id), 303)


@bp.post("/disposals/<int:disposal_id>/confirmation")
@roles(Role.ADMINISTRATOR)
def confirm(disposal_id: int) -> ResponseReturnValue:
    disposal, form = disposals.get(work(), disposal_id), ConfirmationForm()
    try:
        disposals.confirm(work(), disposal, shown=form.shown.data or "")
    except Invalid as error:
        return _refused(disposal_id, form, error)
    flash(gettext("Dikonfirmasi. Berkasnya sedang dimusnahkan."), "ok")
    return redirect(url_for("disposals.show", disposal_id=disposal.id), 303)


@bp.post("/disposals/<int:disposal_id>/dropping")
@roles(Role.ADMINISTRATOR)
def drop(disposal_id: int) -> ResponseReturnValue:
    disposals.drop(work(), disposals.get(work(), disposal_id))
    flash(gettext("Usul musnah dibatalkan."), "ok")
    return redirect(url_for("disposals.index"), 303)


def _page(disposal: Disposal, form: Form) -> str:
    is_own = disposal.approved_by_id == work().person.id
    return render_template("disposals/show.html", disposal=disposal, form=form, is_own=is_own)


def _refused(disposal_id: int, form: Form, error: Invalid) -> ResponseReturnValue:
    db.rollback()
    form.refuse(error)
    return _page(disposals.get(work(), disposal_id), form), 422
