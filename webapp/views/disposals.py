"""Disposal of letters: the lists that the night makes, the approval with a decree, the second person's confirmation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import disposals, people
from webapp.domain.errors import Conflict, Invalid
from webapp.domain.throttle import CODE
from webapp.forms.base import Form
from webapp.forms.retention import ApprovalForm, ConfirmationForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, spend, succeeded
from webapp.models import Disposal, DisposalState, Role
from webapp.views.refusals import refuse

bp = Blueprint("disposals", __name__)
FORMS = {DisposalState.PROPOSED: ApprovalForm}  # in every other state the confirmation's


@bp.get("/disposals")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return render_template("disposals/index.html", listed=disposals.listed(work(), people.governed(work())))


@bp.get("/disposals/<int:disposal_id>")
@roles(Role.ADMINISTRATOR)
def show(disposal_id: int) -> ResponseReturnValue:
    disposal = disposals.get(work(), disposal_id)
    form = FORMS.get(disposal.state, ConfirmationForm)()
    form.shown.data = disposals.digest(disposal)
    return _page(disposal, form)


@bp.post("/disposals/<int:disposal_id>/approval")
@roles(Role.ADMINISTRATOR)
def approve(disposal_id: int) -> ResponseReturnValue:
    form = ApprovalForm()
    told = {"decree": form.decree.data, "decree_on": form.decree_on.data}
    done = gettext("Disetujui. Administrator lain harus mengonfirmasinya.")
    return _decide(disposal_id, form, partial(disposals.approve, **told), done)


@bp.post("/disposals/<int:disposal_id>/confirmation")
@roles(Role.ADMINISTRATOR)
def confirm(disposal_id: int) -> ResponseReturnValue:
    done = gettext("Dikonfirmasi. Berkasnya sedang dimusnahkan.")
    return _decide(disposal_id, ConfirmationForm(), disposals.confirm, done)


@bp.post("/disposals/<int:disposal_id>/dropping")
@roles(Role.ADMINISTRATOR)
def drop(disposal_id: int) -> ResponseReturnValue:
    disposals.drop(work(), disposals.get(work(), disposal_id))
    flash(gettext("Usul musnah dibatalkan."), "ok")
    return redirect(url_for("disposals.index"), 303)


def _decide(disposal_id: int, form: ConfirmationForm, decide: Callable[..., None], done: str) -> ResponseReturnValue:
    """What either person does with a code: an attempt that is spent in the transaction of the decision."""
    disposal = disposals.get(work(), disposal_id)
    if not form.validate_on_submit():
        return _page(disposal, form), 422
    try:
        spend(CODE, by_person())
        decide(work(), disposal, shown=form.shown.data, code=form.code.data)
    except Invalid as error:
        refuse(form, error, attempt_is_ours=True)
    else:
        succeeded()
        flash(done, "ok")
        return redirect(url_for("disposals.show", disposal_id=disposal_id), 303)
    return _page(disposals.get(work(), disposal_id), form), 422


def _page(disposal: Disposal, form: Form) -> str:
    """Raises Conflict where the list has moved on since the form was shown."""
    if type(form) is not FORMS.get(disposal.state, ConfirmationForm):
        raise Conflict(disposals.WRONG_STATE)
    is_own = disposal.approved_by_id == work().person.id
    return render_template("disposals/show.html", disposal=disposal, form=form, is_own=is_own)
