"""Putting the mark on a page, and the preview of the file as the official will read it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import checklist, letters, marks, number_patterns, permissions
from webapp.domain.workflow import Action
from webapp.errors import BadDocument, BadPlacement, sentence
from webapp.forms.marks import PlacementForm, beside, key, proposal
from webapp.guards.access import work
from webapp.models import Letter, Person

bp = Blueprint("marks", __name__)


@bp.get("/letters/<int:letter_id>/mark")
def edit(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    signer = _signer_asked(letter)
    by, place = proposal(letter.versions) if signer is letter.signers[0] else beside(letter.version, signer.id)
    number = _page_asked(letter) or (place.page if place else letter.version.pages)
    form = PlacementForm(formdata=None)
    form.show(place if place and place.page == number else None, number)
    return _stage(letter, form, by=by, proposed=place)


@bp.post("/letters/<int:letter_id>/mark")
def update(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    form, signer = PlacementForm(), _signer_asked(letter)
    place = form.placement(letter.version.page_sizes)
    if place is None:
        return _stage(letter, form), 422
    db.commit()  # drawing takes a second: no lock is held meanwhile
    try:
        mark = marks.draw(work().config, letter, place, signer)
    except (BadDocument, BadPlacement) as error:
        form.add_error("x_mm", sentence(error))
        return _stage(letter, form), 422
    if mark.covers and signer is letter.signers[0] and not form.is_accepted(place):
        form.show(place, place.page)
        return _stage(letter, form, covering=mark, accept=key(place)), 422
    letters.place_mark(work(), letter, mark)
    return _placed(letter)


def _placed(letter: Letter) -> ResponseReturnValue:
    """On to the next signer who has no place yet, else to the preview."""
    unplaced = marks.unplaced(letter)
    if unplaced:
        flash(gettext("Letak tanda tangan disimpan. Berikutnya tanda %(name)s.", name=unplaced[0].full_name), "ok")
        return redirect(url_for("marks.edit", letter_id=letter.id, signer=unplaced[0].id), 303)
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
        "marks/show.html", letter=letter, digest=marks.digest(letter), stated=checklist.stated_number(letter),
        remarks=checklist.remarks(letter, has_book=bool(number_patterns.of(work(), letter.office))),
    )  # fmt: skip


def _signer_asked(letter: Letter) -> Person:
    """Whose mark is placed: as asked; else who has none yet, the first one first."""
    asked = request.args.get("signer", type=int)
    return next((one for one in letter.signers if one.id == asked), (marks.unplaced(letter) or letter.signers)[0])


def _page_asked(letter) -> int | None:  # noqa: ANN001
    asked = request.args.get("page", type=int)
    return asked if asked and 1 <= asked <= letter.version.pages else None


def _stage(letter, form: PlacementForm, **shown: object) -> str:  # noqa: ANN001
    """The page with the box on it. One page at a time: a long letter costs a phone no more than a short one."""
    number = form.page.data if form.page.data and 1 <= form.page.data <= letter.version.pages else letter.version.pages
    size, signer = letter.version.page_sizes[number - 1], _signer_asked(letter)
    others = [place for one, place in marks.places(letter).items() if one != signer.id and place.page == number]
    return render_template(
        "marks/edit.html", letter=letter, form=form, number=number, size=size, signer=signer, others=others, **shown
    )
