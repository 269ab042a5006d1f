"""Who may sign in whose place: given, accepted or declined, ended; and what was done by it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from webapp.domain import delegations, grants, intake, mandates, people
from webapp.domain.errors import Invalid
from webapp.domain.intake import Intake
from webapp.domain.throttle import CODE, UPLOAD
from webapp.forms.decisions import ReasonForm
from webapp.forms.letters import CONFIDENTIALITIES
from webapp.forms.mandates import KINDS, MandateForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, spend, succeeded, throttled
from webapp.i18n import zone
from webapp.models import Letter, Mandate, Person, Role
from webapp.views import files, uploads
from webapp.views.refusals import refuse

bp = Blueprint("mandates", __name__)
bp.add_app_template_filter(mandates.signing_position, "signing_position")
bp.add_app_template_filter(mandates.step_position, "step_position")


@bp.app_template_filter("days")
def days(since: date | str, until: date | str) -> str:
    """1–7 Juli 2026, in the reader's language; takes dates, or a signature's own as they were kept."""
    first, last = (date.fromisoformat(str(one)) for one in (since, until))
    return mandates.period(first, last, str(get_locale() or "id"))


@bp.app_template_global("offer_of")
def offer_of(letter: Letter) -> Mandate | None:
    """By which mandate the letter is offered to who reads the page."""
    return mandates.offering(work().actor, letter, work().now)


@bp.app_template_global("withheld_of")
def withheld_of(letter: Letter) -> Mandate | None:
    """By which it would be, were he not one of its signers."""
    return mandates.withheld(work().actor, letter, work().now)


@bp.get("/mandates")
def index() -> ResponseReturnValue:
    return render_template(
        "mandates/index.html", mandates=delegations.mine(work()), now=work().now, state_of=delegations.state_of,
        may_grant=bool(work().person.offices_as(Role.SIGNER, Role.ADMINISTRATOR)),
    )  # fmt: skip


@bp.get("/mandates/new")
@roles(Role.SIGNER, Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    form = _form()
    form.starts_on.data = form.ends_on.data = work().now.astimezone(ZoneInfo(zone())).date()
    return _page(form)


@bp.post("/mandates/new")
@throttled((UPLOAD, by_person))
@roles(Role.SIGNER, Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _form()
    is_complete = form.validate()
    taken = uploads.take(form) if form.has_file else None
    if not is_complete or form.file.errors:
        return _page(form, taken), 422
    try:
        return _granted(form, taken)
    except Invalid as error:
        refuse(form, error, attempt_is_ours=True)
    return _page(form, taken), 422


def _granted(form: MandateForm, taken: Intake | None) -> ResponseReturnValue:
    if taken is not None:
        intake.store(work().config, taken)  # durable before the row that names it
    spend(CODE, by_person())
    made = grants.grant(work(), form.terms(taken.sha256 if taken else None), form.code.data)
    succeeded()
    flash(gettext("Mandat dikirim. Mandat berlaku setelah diterima pejabat penggantinya."), "ok")
    return redirect(url_for("mandates.show", mandate_id=made.id), 303)


@bp.get("/mandates/<int:mandate_id>")
def show(mandate_id: int) -> ResponseReturnValue:
    mandate = delegations.get(work(), mandate_id)
    return render_template(
        "mandates/show.html", mandate=mandate, state=delegations.state_of(mandate, work().now), kinds=dict(KINDS),
        levels=dict(CONFIDENTIALITIES), may_revoke=delegations.may_revoke(work(), mandate),
        done=delegations.absence(work(), mandate), heading=mandates.heading(mandate),
        can_sign=delegations.can_sign(work(), work().person),
    )  # fmt: skip


@bp.post("/mandates/<int:mandate_id>/acceptance")
def accept(mandate_id: int) -> ResponseReturnValue:
    mandate = delegations.get(work(), mandate_id)
    delegations.accept(work(), mandate)
    flash(gettext("Mandat diterima. Surat yang menunggu ditawarkan kepada Anda selama mandat berlaku."), "ok")
    return redirect(url_for("mandates.show", mandate_id=mandate.id), 303)


@bp.post("/mandates/<int:mandate_id>/refusal")
def decline(mandate_id: int) -> ResponseReturnValue:
    mandate = delegations.get(work(), mandate_id)
    delegations.decline(work(), mandate)
    flash(gettext("Mandat tidak Anda terima. Pemberinya diberi tahu."), "ok")
    return redirect(url_for("mandates.show", mandate_id=mandate.id), 303)


@bp.get("/mandates/<int:mandate_id>/revocation")
def confirm(mandate_id: int) -> ResponseReturnValue:
    return render_template(
        "mandates/revoke.html", mandate=delegations.get_to_revoke(work(), mandate_id), form=ReasonForm()
    )


@bp.post("/mandates/<int:mandate_id>/revocation")
def destroy(mandate_id: int) -> ResponseReturnValue:
    mandate, form = delegations.get_to_revoke(work(), mandate_id), ReasonForm()
    if not form.validate():
        return render_template("mandates/revoke.html", mandate=mandate, form=form), 422
    delegations.revoke(work(), mandate, form.reason.data)
    flash(gettext("Mandat diakhiri. Surat yang belum ditandatangani kembali kepada pejabatnya."), "ok")
    return redirect(url_for("mandates.show", mandate_id=mandate.id), 303)


@bp.get("/mandates/<int:mandate_id>/decree")
def decree(mandate_id: int) -> Response:
    mandate = delegations.get(work(), mandate_id)
    return files.pdf_answer(delegations.decree(work(), mandate), mandate.decree)


def _form() -> MandateForm:
    form = MandateForm()
    officials = grants.principals(work())
    offices = {m.office_id: m.office for one in officials for m in one.memberships if m.role == Role.SIGNER}
    governed = people.governed(work())
    offices |= {office.id: office for office in governed}
    vacant = [(0, gettext("Jabatan lowong yang belum tercatat"))] if governed else []
    form.principal_id.choices = [*((one.id, _named(one)) for one in officials), *vacant]
    form.office_id.choices = sorted(((one.id, one.name) for one in offices.values()), key=lambda choice: choice[1])
    deputies = [(one.id, _named(one)) for one in grants.candidates(work())]
    form.deputy_id.choices = [(0, gettext("Pilih pejabat")), *deputies]
    allowed = grants.kinds(work())
    form.kind.choices = [(kind, label) for kind, label in KINDS if kind in allowed]
    return form


def _named(person: Person) -> str:
    return f"{person.position}: {person.full_name}" if person.position else person.full_name


def _page(form: MandateForm, taken: Intake | None = None) -> str:
    uploads.keep(form, taken)
    return render_template("mandates/new.html", form=form, taken=taken, config=work().config)
