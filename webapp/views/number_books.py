"""The number book of an office and year: every number, its letter, who and when. Other offices' are not found."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.domain import number_books, permissions
from webapp.domain.workflow import Action
from webapp.guards.access import work

bp = Blueprint("number_books", __name__)
PAGE_SIZE = 50


@bp.get("/numbers")
def index() -> ResponseReturnValue:
    offices = number_books.readable(work())
    if len(offices) == 1:
        return redirect(url_for("number_books.show", office_id=offices[0].id), 303)
    return render_template("number_books/index.html", offices=offices)


@bp.get("/numbers/<int:office_id>")
def show(office_id: int) -> ResponseReturnValue:
    office = number_books.get_office(work(), office_id)
    this_year = work().now.astimezone(ZoneInfo(office.zone)).year
    years = sorted({this_year, *number_books.years(work(), office)}, reverse=True)
    asked = request.args.get("year", type=int)
    year = asked if asked in years else this_year
    number = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    book = number_books.book_of(work(), office, year, page=number, size=PAGE_SIZE)
    shown = {line.id for line in book.lines if line.letter and permissions.can(work(), Action.VIEW, line.letter)}
    return render_template(
        "number_books/show.html", office=office, year=year, years=years, book=book, shown=shown, number=number,
        pages=max(1, -(-book.total // PAGE_SIZE)),
        url=lambda page: url_for("number_books.show", office_id=office.id, year=year, page=page),
    )  # fmt: skip
