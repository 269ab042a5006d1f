"""Several letters approved with one code: choosing them, the code, and the signing with its progress."""

from __future__ import annotations

import time
from collections import Counter

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db, errors
from webapp.domain import batches, networks
from webapp.domain.errors import Invalid, WrongCode
from webapp.domain.throttle import CODE
from webapp.forms.base import Form
from webapp.forms.batches import BatchCodeForm, BatchForm
from webapp.guards.access import address, roles, secret, secret_if_any, work
from webapp.guards.throttles import by_person, left, spend, succeeded
from webapp.models import Batch, Role

bp = Blueprint("batches", __name__)
STRETCH = 1.5  # seconds that one request signs for: then it tells how far it is
TOGETHER = 10  # letters written down in one transaction


@bp.get("/batches/new")
@roles(Role.SIGNER)
def new() -> ResponseReturnValue:
    asked = request.args
    return _choice(BatchForm(formdata=None), set(), asked.get("group", type=int), practice="practice" in asked)


@bp.post("/batches")
@roles(Role.SIGNER)
def create() -> ResponseReturnValue:
    form, chosen = BatchForm(), request.form.getlist("letter", type=int)
    try:
        if form.validate_on_submit():
            return redirect(url_for("batches.show", batch_id=batches.make(work(), chosen).id), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    return _choice(form, set(chosen), practice="practice" in request.form), 422


@bp.get("/batches/<int:batch_id>")
@roles(Role.SIGNER)
def show(batch_id: int) -> ResponseReturnValue:
    return _page(batches.get(work(), batch_id), BatchCodeForm(formdata=None))


@bp.post("/batches/<int:batch_id>/signature")
@roles(Role.SIGNER)
@db.reads
def sign(batch_id: int) -> ResponseReturnValue:
    batch, form = batches.get(work(), batch_id), BatchCodeForm()
    if not form.validate_on_submit():
        return _page(batch, form), 422
    _secret(batch)  # asked before the code is spent: a key that does not open here costs none
    try:
        db.write()
        spend(CODE, by_person())
        batches.consent(work(), batch, form.code.data)
    except WrongCode as error:
        db.commit()  # of the attempt
        errors.note_refused_code(error)
        form.refuse_code(error, left())
        return _page(batches.get(work(), batch_id), form), 422
    succeeded()
    _go_on(batch)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


@bp.post("/batches/<int:batch_id>/runs")
@roles(Role.SIGNER)
@db.reads
def run(batch_id: int) -> ResponseReturnValue:
    """Sign another stretch. The page's script asks for JSON, and asks again until nothing is left."""
    batch = batches.get(work(), batch_id)
    if "again" in request.form:
        db.write()
        batches.try_again(work(), batch)
    _go_on(batch)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(batch.counts)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


def _go_on(batch: Batch) -> None:
    """Stretches of TOGETHER letters, each durable before the next begins: whatever ends this process loses none."""
    end, key = time.monotonic() + STRETCH, _secret(batch)
    db.commit()
    while time.monotonic() < end:
        begun = batches.begin(work(), batch, TOGETHER, key)
        if not begun:
            return
        db.commit()
        made = [batches.sign(work(), turn) for turn in begun]
        db.write()
        for turn in made:
            batches.complete(work(), turn)
        networks.note(work(), [turn.item.letter_id for turn in made], address())
        db.commit()


def _secret(batch: Batch) -> bytes:
    """What opens the official's key; for practice nothing does."""
    return b"" if batch.is_practice else secret()


def _choice(form: Form, chosen: set[int], group: int | None = None, *, practice: bool) -> str:
    """`group`: of what one table made, everything that may be taken is chosen at once."""
    found = batches.candidates(work(), group, practice=practice)
    chosen = chosen or {one.letter.id for one in found if group and one.group == group and one.may_join}
    sizes = Counter(one.group for one in found if one.group)
    return render_template(
        "batches/new.html", form=form, candidates=found, chosen=chosen, sizes=sizes, group=group,
        is_offered=practice or batches.is_offered(work()), practice=practice,
    )  # fmt: skip


def _page(batch: Batch, form: Form) -> str:
    return render_template(
        "batches/show.html", batch=batch, form=form, counts=batch.counts,
        is_locked=not (batch.is_practice or secret_if_any()), practice=batch.is_practice,
        may_go_on=batches.may_go_on(work(), batch),
    )  # fmt: skip
