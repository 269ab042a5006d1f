"""The adoption board, the people of one office on it, and the monthly report as PDF. For who oversees offices."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import adoption, people
from webapp.guards.access import roles, work

bp = Blueprint("adoption", __name__)


@bp.get("/adoption")
@roles(*adoption.OVERSEERS)
def index() -> ResponseReturnValue:
    board = adoption.board(work(), _month())
    return render_template("adoption/index.html", board=board, months=adoption.months(work()), **_meanings())


@bp.get("/adoption/<int:office_id>")
@roles(*adoption.OVERSEERS)
def show(office_id: int) -> ResponseReturnValue:
    office, month = adoption.office_of(work(), office_id), adoption.this_month(work())
    return render_template(
        "adoption/show.html", office=office, month=month, members=adoption.members(work(), office, month),
        is_governed=office in people.governed(work()),
    )  # fmt: skip


@bp.get("/adoption/report.pdf")
@roles(*adoption.OVERSEERS)
@db.writes
def report() -> ResponseReturnValue:
    from signing import reports  # noqa: PLC0415  # half a second and 40 MB that only who prints pays

    month = _month()
    board = adoption.report(work(), month)
    html = render_template("adoption/report.html", board=board, now=work().now, author=work().person, **_meanings())
    db.commit()  # printing takes its time, and no transaction should be open meanwhile
    name = f"laporan-adopsi-{month:%Y-%m}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(reports.render(html), mimetype="application/pdf", headers=headers)


def _meanings() -> dict[str, object]:
    """What the definitions of the figures depend on."""
    return {"office_hours": work().config.office_hours, "networks": work().config.office_networks}


def _month() -> date:
    """The month in the address, where it is one that has figures; else the running one."""
    asked, known = request.args.get("month", ""), adoption.months(work())
    return next((month for month in known if f"{month:%Y-%m}" == asked), known[0])
