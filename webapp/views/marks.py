"""Putting the mark on a page, and the preview of the file as the official will read it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import checklist, letters, marks, permissions
from webapp.domain.workflow import Action
from webapp.errors import BadDocument, BadPlacement, sentence
from webapp.forms.marks import PlacementForm, key, proposal
from webapp.guards.access import work

bp = Blueprint("marks", __name__)


@bp.get("/letters/<int:letter_id>/mark")
def edit(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    by, place = proposal(letter.versions)
    number = _page_asked(letter) or (place.page if place else letter.version.pages)
    form = PlacementForm(formdata=None)
    form.show(place if place and place.page == number else None, number)
    return _stage(letter, form, by=by, proposed=place)


@bp.post("/letters/<int:letter_id>/mark")
def update(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    form = PlacementForm()
    place = form.placement(letter.version.page_sizes)
    if place is None:
        return _stage(letter, form), 422
    db.commit()  # drawing takes a second: no lock is held meanwhile
    try:
        mark = marks.draw(work().config, letter, place)
    except (BadDocument, BadPlacement) as error:
        form.add_error("x_mm", sentence(error))
        return _stage(letter, form), 422
    if mark.covers and not form.is_accepted(place):
        form.show(place, place.page)
        return _stage(letter, form, covering=mark, accept=key(place)), 422
    letters.place_mark(work(), letter, mark)
    flash(gettext("Letak tanda tangan disimpan. Periksa hasilnya di bawah ini."), "ok")
    return redirect(url_for("marks.show", letter_id=letter.id), 303)


@bp.get("/letters/<int:letter_id>/preview")
def show(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    if not permissions.can(work(), Action.SUBMIT, letter):
        return redirect(url_for("reading.show", letter_id=letter.id))
    if letter.version.prepared_sha256 is None:
        return redirect(url_for("marks.edit", letter_id=letter.id))
    return render_template(
        "marks/show.html", letter=letter, digest=marks.digest(letter), remarks=checklist.remarks(letter),
        stated=checklist.stated_number(letter),
    )  # fmt: skip


def _page_asked(letter) -> int | None:  # noqa: ANN001
    asked = request.args.get("page", type=int)
    return asked if asked and 1 <= asked <= letter.version.pages else None


def _stage(letter, form: PlacementForm, **shown: object) -> str:  # noqa: ANN001
    """The page with the box on it. One page at a time: a long letter costs a phone no more than a short one."""
    number = form.page.data if form.page.data and 1 <= form.page.data <= letter.version.pages else letter.version.pages
    size = letter.version.page_sizes[number - 1]
    return render_template("marks/edit.html", letter=letter, form=form, number=number, size=size, **shown)
