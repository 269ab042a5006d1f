"""Mail and notifications that could not be delivered, with the cause. For administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import archives, outbox, people
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("jobs", __name__)


@bp.get("/jobs")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    names = {person.id: person.full_name for person in people.people(work())}
    return render_template(
        "jobs/index.html", jobs=outbox.troubled(work()), names=names, most=outbox.MAX_ATTEMPTS,
        archive=archives.last_check(work()), waiting_stamps=archives.count_waiting(work()),
    )  # fmt: skip


@bp.post("/jobs/<int:job_id>/retry")
@roles(Role.ADMINISTRATOR)
def retry(job_id: int) -> ResponseReturnValue:
    outbox.retry(work(), job_id)
    flash(gettext("Dicoba lagi sekarang. Bila berhasil, ia hilang dari daftar ini."), "ok")
    return redirect(url_for("jobs.index"), 303)
