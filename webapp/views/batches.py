"""Several letters approved at once: choosing them, one code or passkey, and the signing with its progress."""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import db, errors
from webapp.domain import assertions, batch_consents, batches, gatherings, keys, networks, passkeys
from webapp.domain.assertions import Presented
from webapp.domain.errors import Invalid, Locked, WrongCode
from webapp.domain.passkeys import Opener
from webapp.domain.throttle import CODE
from webapp.domain.waits import Mark, Which
from webapp.forms.base import Form
from webapp.forms.batches import BatchCodeForm, BatchForm
from webapp.forms.passkeys import PasskeySignatureForm, prf_bytes
from webapp.guards.access import address, roles, sealed_secret, secret, secret_if_any, set_batch_cookie, work
from webapp.guards.throttles import by_person, left, spend, succeeded
from webapp.models import Batch, Role

bp = Blueprint("batches", __name__)
STRETCH = 1.5  # seconds that one request signs for: then it tells how far it is
TOGETHER = 10  # letters written down in one transaction
SIZES = (50, batches.MOST)  # letters on a page to choose from; the second is for one table's, and by choice


@bp.get("/batches/new")
@roles(Role.SIGNER)
def new() -> ResponseReturnValue:
    return _choice(BatchForm(formdata=None), set())


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
    return _choice(form, set(chosen)), 422


@bp.get("/batches/<int:batch_id>")
@roles(Role.SIGNER)
def show(batch_id: int) -> ResponseReturnValue:
    return _page(batches.get(work(), batch_id), BatchCodeForm(formdata=None))


@bp.post("/batches/<int:batch_id>/challenge")
@roles(Role.SIGNER)
def ask(batch_id: int) -> ResponseReturnValue:
    """What the page's script hands to the passkey: JSON in, JSON out."""
    batch, told = batches.get(work(), batch_id), request.get_json(silent=True)
    digest = told.get("digest") if isinstance(told, dict) else None
    if not isinstance(digest, str):
        raise Invalid
    return batch_consents.ask(work(), g.visitor.login, batch, digest)


@bp.post("/batches/<int:batch_id>/signature")
@roles(Role.SIGNER)
@db.reads
def sign(batch_id: int) -> ResponseReturnValue:
    batch, form = batches.get(work(), batch_id), _form()
    if not form.validate_on_submit():
        return _page(batch, form), 422
    try:
        opener, kept = _consent(batch, form)
    except WrongCode as error:
        db.commit()  # of the attempt
        errors.note_refused_code(error)
        form.refuse_code(error, left())
        return _page(batches.get(work(), batch_id), form), 422
    succeeded()
    _go_on(batch, opener)
    answer = redirect(url_for("batches.show", batch_id=batch.id), 303)
    return set_batch_cookie(answer, kept, batches.GOES_ON_FOR) if kept else answer


def _form() -> BatchCodeForm | PasskeySignatureForm:
    """Whichever way the sheet was sent: with a code, or with what a passkey answered."""
    return PasskeySignatureForm() if "assertion" in request.form else BatchCodeForm()


def _consent(batch: Batch, form: BatchCodeForm | PasskeySignatureForm) -> tuple[Opener, bytes]:
    """What opens the key, and what the device keeps meanwhile. One attempt, which counts also where it is refused."""
    # Asked before the code is spent: a key that does not open here costs none.
    opener = Opener(b"") if isinstance(form, PasskeySignatureForm) else _opener(batch)
    db.write()
    spend(CODE, by_person())
    if isinstance(form, BatchCodeForm):
        batch_consents.by_code(work(), batch, form.code.data, digest=form.digest.data)
        return opener, b""
    presented = Presented(form.nonce.data, form.assertion.data, prf_bytes(form.prf.data))
    # As for a single letter: a nonce left spent by a refused answer would let the very same pass as a repeated one.
    with db.session().begin_nested():
        return batch_consents.by_passkey(
            work(), g.visitor.login, batch, digest=form.digest.data, presented=presented, secret=secret_if_any()
        )


@bp.post("/batches/<int:batch_id>/runs")
@roles(Role.SIGNER)
@db.reads
def run(batch_id: int) -> ResponseReturnValue:
    """Sign another stretch. The page's script asks for JSON, and asks again until nothing is left."""
    batch = batches.get(work(), batch_id)
    if "again" in request.form:
        db.write()
        batches.try_again(work(), batch)
    _go_on(batch, _opener(batch))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(batch.counts)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


def _go_on(batch: Batch, opener: Opener) -> None:
    """Stretches of TOGETHER letters, each durable before the next begins: whatever ends this process loses none."""
    end = time.monotonic() + STRETCH
    db.commit()
    while time.monotonic() < end:
        begun = batches.begin(work(), batch, TOGETHER, *opener)
        if not begun:
            return
        db.commit()
        made = [batches.sign(work(), turn) for turn in begun]
        db.write()
        for turn in made:
            batches.complete(work(), turn)
        networks.note(work(), [turn.item.letter_id for turn in made], address())
        db.commit()


def _opener(batch: Batch) -> Opener:
    """What opens the official's key on this device, for this batch; for practice nothing does. Raises Locked."""
    if batch.is_practice:
        return Opener(b"")
    with suppress(Locked):
        return batch_consents.unseal(work(), g.visitor.login, batch, sealed_secret("BATCH_COOKIE"))
    key = keys.find(work(), work().person)
    if key is not None and key.is_closed:  # since the password was reset
        raise Locked
    return Opener(secret())


def _is_locked(batch: Batch) -> bool:
    try:
        _opener(batch)
    except Locked:
        return True
    return False


def _choice(form: Form, chosen: set[int]) -> str:
    """The page of letters that the address asks for, or the form that was sent from it. Of what one table made,
    everything that may be taken is chosen at once."""
    asked, group = request.values, request.values.get("group", type=int)
    practice, after = "practice" in asked, Mark.of(asked.get("after", ""))
    size = next((one for one in SIZES if asked.get("size") == str(one)), SIZES[1 if group else 0])
    kept = {"group": group, "practice": "1" if practice else None, "size": size if "size" in asked else None}
    found = batches.choice(work(), Which(practice, merge_id=group), size=size, after=after)
    if not practice and request.method == "GET":
        _note_opened(f"merge-{group}" if group else None)
    return render_template(
        "batches/new.html", form=form, found=found, chosen=chosen, group=group, after=after, kept=kept, size=size,
        sizes=SIZES, groups=[] if practice else batches.groups(work()), practice=practice,
        is_offered=practice or batches.is_offered(work()),
    )  # fmt: skip


def _note_opened(source: str | None) -> None:
    """Who looks at the list need not be told of it by mail. Nothing is written where it is known."""
    if gatherings.unopened(work(), source):
        db.write()
        gatherings.note_opened(work(), source)


def _page(batch: Batch, sent: Form) -> str:
    """`sent` may be the passkey's: its errors stand beside its button."""
    form = sent if isinstance(sent, BatchCodeForm) else BatchCodeForm(formdata=None)
    form.digest.data = batch.digest
    own = [] if batch.is_practice else assertions.of(work(), work().person)
    return render_template(
        "batches/show.html", batch=batch, form=form, sent=sent, counts=batch.counts, practice=batch.is_practice,
        is_locked=_is_locked(batch), opens_by_passkey=bool(own) and passkeys.can_open(work(), work().person),
        passkeys=[passkey.credential_id for passkey in own], may_go_on=batches.may_go_on(work(), batch),
    )  # fmt: skip
