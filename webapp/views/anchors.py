"""Roots of other authorities that the public check of files trusts. For administrators of the whole."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from webapp import db
from webapp.domain import anchors
from webapp.domain.errors import Invalid
from webapp.forms.checks import AnchorForm
from webapp.guards.access import roles, work
from webapp.models import Role
from webapp.views import uploads

bp = Blueprint("anchors", __name__)


@bp.get("/anchors")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    return render_template("anchors/index.html", listed=anchors.listed(work()))


@bp.get("/anchors/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("anchors/new.html", form=AnchorForm())


@bp.post("/anchors/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = AnchorForm()
    upload = uploads.read(form.file) if form.validate_on_submit() else None
    if upload is None:
        return render_template("anchors/new.html", form=form), 422
    try:
        count = anchors.add(work(), name=form.name.data, data=upload.data, is_certified=form.is_certified.data)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("anchors/new.html", form=form), 422
    flash(ngettext("%(num)s sertifikat ditambahkan.", "%(num)s sertifikat ditambahkan.", count), "ok")
    return redirect(url_for("anchors.index"), 303)


@bp.get("/anchors/<int:anchor_id>/removal")
@roles(Role.ADMINISTRATOR)
def confirm(anchor_id: int) -> ResponseReturnValue:
    return render_template("anchors/confirm.html", anchor=anchors.get(work(), anchor_id))


@bp.post("/anchors/<int:anchor_id>/removal")
@roles(Role.ADMINISTRATOR)
def destroy(anchor_id: int) -> ResponseReturnValue:
    anchor = anchors.get(work(), anchor_id)
    anchors.remove(work(), anchor)
    flash(gettext("%(name)s dihapus dari daftar.", name=anchor.name), "ok")
    return redirect(url_for("anchors.index"), 303)
