"""The audit trail of the whole office, and whether it is whole. For auditors."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp.domain import audit, people
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("audits", __name__)

PAGE = 50
KINDS = {
    "letter": (lazy_gettext("Surat"), ("letter.", "number.")),
    "person": (lazy_gettext("Akun dan peran"), ("person.",)),
    "key": (lazy_gettext("Identitas, kunci, dan sertifikat"), ("identity.", "key.", "certificate.", "authority.")),
    "office": (lazy_gettext("Perangkat daerah"), ("office.",)),
}


@bp.get("/audits")
@roles(Role.AUDITOR)
def index() -> ResponseReturnValue:
    kind, who = request.args.get("kind", ""), request.args.get("who", "").strip()[:80]
    _label, prefixes = KINDS.get(kind, ("", ()))
    before = request.args.get("before", type=int)
    found = audit.latest(work(), before=before, limit=PAGE + 1, kinds=prefixes, who=who)
    return render_template(
        "audits/index.html", entries=[(entry, json.loads(entry.facts)) for entry in found[:PAGE]], kind=kind, who=who,
        kinds=KINDS, older=found[PAGE - 1].number if len(found) > PAGE else None, before=before,
        names={person.id: person.full_name for person in people.people(work())},
        offices={office.id: office.name for office in people.offices(work())},
    )  # fmt: skip


@bp.get("/audits/check")
@roles(Role.AUDITOR)
def check() -> ResponseReturnValue:
    """Every hash from the first entry on; the page says where the chain breaks."""
    broken = audit.broken_at(work())
    newest = next(iter(audit.latest(work(), limit=1)), None)
    return render_template("audits/check.html", broken=broken, newest=newest)
