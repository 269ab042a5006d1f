"""How an office writes its letter numbers. For its administrators; another office's patterns are not found."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import number_books, number_patterns, numbers
from webapp.domain.errors import DomainError, Invalid
from webapp.errors import sentence
from webapp.forms.base import one_line
from webapp.forms.numbers import PatternForm, StartForm
from webapp.guards.access import roles, work
from webapp.models import Office, Role

bp = Blueprint("patterns", __name__)
SAMPLE = "000.1.5"  # the classification in examples


@bp.get("/offices/<int:office_id>/patterns")
@roles(Role.ADMINISTRATOR)
def index(office_id: int) -> ResponseReturnValue:
    return _page(_office(office_id), PatternForm(formdata=None), StartForm(formdata=None))


@bp.post("/offices/<int:office_id>/patterns")
@roles(Role.ADMINISTRATOR)
def create(office_id: int) -> ResponseReturnValue:
    office, form = _office(office_id), PatternForm()
    if form.validate_on_submit():
        try:
            number_patterns.create(work(), office, name=form.name.data, pattern=form.pattern.data)
            flash(gettext("Pola nomor disimpan."), "ok")
            return redirect(url_for("patterns.index", office_id=office.id), 303)
        except Invalid as error:
            db.rollback()
            form.refuse(error)
    return _page(_office(office_id), form, StartForm(formdata=None)), 422


@bp.get("/offices/<int:office_id>/patterns/<int:pattern_id>")
@roles(Role.ADMINISTRATOR)
def edit(office_id: int, pattern_id: int) -> ResponseReturnValue:
    office = _office(office_id)
    found = number_patterns.get(work(), office, pattern_id)
    form = PatternForm(formdata=None, obj=found)
    return render_template("patterns/edit.html", office=office, form=form, known=found, told=_told(office, form))


@bp.post("/offices/<int:office_id>/patterns/<int:pattern_id>")
@roles(Role.ADMINISTRATOR)
def update(office_id: int, pattern_id: int) -> ResponseReturnValue:
    office, form = _office(office_id), PatternForm()
    found = number_patterns.get(work(), office, pattern_id)
    if form.validate_on_submit():
        try:
            number_patterns.update(work(), office, found, name=form.name.data, pattern=form.pattern.data)
            flash(gettext("Pola nomor disimpan."), "ok")
            return redirect(url_for("patterns.index", office_id=office.id), 303)
        except Invalid as error:
            db.rollback()
            form.refuse(error)
    return render_template("patterns/edit.html", office=office, form=form, known=found, told=_told(office, form)), 422


@bp.post("/offices/<int:office_id>/patterns/<int:pattern_id>/removal")
@roles(Role.ADMINISTRATOR)
def destroy(office_id: int, pattern_id: int) -> ResponseReturnValue:
    office = _office(office_id)
    number_patterns.destroy(work(), office, number_patterns.get(work(), office, pattern_id))
    flash(gettext("Pola dihapus. Nomor yang sudah diambil tidak berubah."), "ok")
    return redirect(url_for("patterns.index", office_id=office.id), 303)


@bp.post("/offices/<int:office_id>/patterns/start")
@roles(Role.ADMINISTRATOR)
def start(office_id: int) -> ResponseReturnValue:
    office, form = _office(office_id), StartForm()
    if form.validate_on_submit():
        try:
            numbers.start(work(), office, year=_today(office).year, last=form.last.data)
            flash(gettext("Buku nomor dilanjutkan dari nomor %(number)s.", number=form.last.data + 1), "ok")
            return redirect(url_for("patterns.index", office_id=office.id), 303)
        except DomainError as error:
            db.rollback()
            form.refuse(error)
    return _page(_office(office_id), PatternForm(formdata=None), form), 422


@bp.get("/offices/<int:office_id>/patterns/example")
@roles(Role.ADMINISTRATOR)
def example(office_id: int) -> ResponseReturnValue:
    """What a pattern that is being typed would make: a sentence either way."""
    kind, text = _example(_office(office_id), one_line(request.args.get("pattern"))[:200])
    return {"kind": kind, "text": text}


def _page(office: Office, form: PatternForm, start_form: StartForm) -> str:
    today = _today(office)
    known = [(one, _example(office, one.pattern)[1]) for one in number_patterns.of(work(), office)]
    book = number_books.book_of(work(), office, today.year, page=1, size=1)
    return render_template(
        "patterns/index.html", office=office, known=known, form=form, start_form=start_form, book=book,
        year=today.year, told=_told(office, form),
    )  # fmt: skip


def _told(office: Office, form: PatternForm) -> tuple[str, str]:
    return _example(office, form.pattern.data) if form.pattern.data else ("note", "")


def _example(office: Office, pattern: str) -> tuple[str, str]:
    """("ok", the number) or ("bad", what is wrong)."""
    today = _today(office)
    try:
        number_patterns.check(pattern)
        following = number_books.book_of(work(), office, today.year, page=1, size=1).last + 1
        facts = {"code": office.code, "classification": SAMPLE, "dated_on": today}
        return "ok", number_patterns.render(pattern, following, **facts)
    except Invalid as error:
        return "bad", sentence(error)


def _today(office: Office) -> date:
    return work().now.astimezone(ZoneInfo(office.zone)).date()


def _office(office_id: int) -> Office:
    return number_books.get_office(work(), office_id, governed=True)
