"""Tokens of other systems. For administrators; a token's text is shown once, in the answer that made it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import people, tokens, webhooks
from webapp.domain.errors import Invalid
from webapp.domain.tokens import Scope
from webapp.forms.integrations import SCOPES, TokenForm
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("tokens", __name__)


@bp.get("/tokens")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return render_template(
        "tokens/index.html", tokens=tokens.governed(work()), hooks=webhooks.of(work(), people.governed(work())),
        is_live=lambda token: tokens.is_live(work(), token), scope_names=dict(SCOPES),
    )  # fmt: skip


@bp.get("/tokens/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("tokens/new.html", form=_form())


@bp.post("/tokens/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("tokens/new.html", form=form), 422
    office, scopes = people.get_office(work(), form.office.data), [Scope(name) for name in form.scopes.data]
    try:
        made, text = tokens.create(work(), office, name=form.name.data, scopes=scopes, days=form.days.data)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("tokens/new.html", form=form), 422
    return render_template("tokens/created.html", token=made, text=text)


@bp.get("/tokens/<int:token_id>/revocation")
@roles(Role.ADMINISTRATOR)
def confirm(token_id: int) -> ResponseReturnValue:
    return render_template("tokens/confirm.html", token=tokens.get(work(), token_id))


@bp.post("/tokens/<int:token_id>/revocation")
@roles(Role.ADMINISTRATOR)
def destroy(token_id: int) -> ResponseReturnValue:
    token = tokens.get(work(), token_id)
    tokens.revoke(work(), token)
    flash(gettext("Token %(name)s dicabut. Permintaan berikutnya ditolak.", name=token.person.name), "ok")
    return redirect(url_for("tokens.index"), 303)


def _form() -> TokenForm:
    form = TokenForm()
    form.offer(people.governed(work()))
    return form
