"""What a device needs to keep pending letters for reading without a network: keys, the list, each letter."""

from __future__ import annotations

from flask import Blueprint, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.domain import downloads, letters, marks, offline_letters, page_images
from webapp.guards.access import work
from webapp.i18n import day, moment
from webapp.models import Letter, Urgency
from webapp.views import opinions, returns

bp = Blueprint("offline_letters", __name__)


@bp.post("/offline/key")
@db.reads
def key() -> ResponseReturnValue:
    """Given to a page of this log-in only: the token keeps other sites away, and no cache may hold it (no-store)."""
    return jsonify(keys=offline_letters.keys(work(), g.visitor.login), **_device())


@bp.get("/offline/letters")
def index() -> ResponseReturnValue:
    """Which may be on the device: of ?kept=1,2 those that still wait for the person; with ?all=1 the others too."""
    named = request.args.get("kept", "").split(",")
    kept = [int(number) for number in named if number.isdecimal() and len(number) < 10]
    found = offline_letters.digests(work(), kept, with_waiting="all" in request.args)
    return jsonify(letters=[{"id": number, "digest": digest} for number, digest in found.items()], **_device())


@bp.get("/offline/letters/<int:letter_id>")
@db.writes
def show(letter_id: int) -> ResponseReturnValue:
    """What the reading page shows of it, in the person's language; no id where it may not be kept (any more: it may
    have been decided while the page was about to keep it, which is no error)."""
    letter = letters.get(work(), letter_id)
    if not offline_letters.may_keep(work(), letter):
        return jsonify(id=None)
    offline_letters.record_keeping(work(), letter, g.visitor.login)
    return jsonify(
        id=letter.id, digest=marks.digest(letter), code=marks.control_code(letter), subject=letter.subject,
        number=letter.number, office=letter.office.name, urgency=letter.urgency, pages=_pages(letter),
        facts=_facts(letter), may=(may := offline_letters.decisions(work(), letter)), choices=_choices(letter, may),
    )  # fmt: skip


def _choices(letter: Letter, may: list[str]) -> dict[str, list[tuple[int, str]]]:
    """To whom it can be returned and who can be asked: ids and names, as the forms with a network offer them."""
    found = {"return": returns.targets, "ask": opinions.advisers}
    return {name: choices(letter) for name, choices in found.items() if name in may}


def _device() -> dict[str, object]:
    """Times in milliseconds, as browsers count them."""
    login = g.visitor.login
    until = offline_letters.until(work(), login)
    return {"device": offline_letters.name(work(), login), "until": round(until.timestamp() * 1000)}


def _facts(letter: Letter) -> list[tuple[str, str]]:
    """Label and value, as templates/reading/_facts.html has them."""
    urgencies = {Urgency.NORMAL: _("Biasa"), Urgency.PROMPT: _("Segera"), Urgency.IMMEDIATE: _("Sangat segera")}
    signers = "; ".join(person.full_name for person in letter.signers)
    told = (
        (_("Nomor"), letter.number), (_("Kepada"), letter.addressee), (_("Tanggal surat"), day(letter.dated_on)),
        (_("Penandatangan"), signers), (_("Perangkat daerah"), letter.office.name),
        (_("Pengonsep"), letter.drafter.full_name),
        (_("Diajukan"), moment(letter.submitted_at) if letter.submitted_at else ""),
        (_("Ditandatangani paling lambat"), day(letter.due_on) if letter.due_on else ""),
        (_("Klasifikasi"), letter.classification), (_("Urgensi"), urgencies[Urgency(letter.urgency)]),
        (_("Tanda tangan menutupi tulisan"), letter.version.covered_text),
    )  # fmt: skip
    return [(label, value) for label, value in told if value]


def _pages(letter: Letter) -> list[dict[str, object]]:
    sha256, sizes = downloads.current(letter), range(1, letter.version.pages + 1)
    return [
        {
            "src": url_for("pages.show", letter_id=letter.id, sha256=sha256, number=number),
            "size": page_images.size(letter.version, number),
        }
        for number in sizes
    ]
