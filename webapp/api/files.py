"""A signed letter as a file, and the archive bundle that proves it without this system."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp import db
from webapp.api.contract import Contract, route
from webapp.api.letters import ONE
from webapp.domain import bundles, downloads, letters
from webapp.domain.errors import N_, Conflict
from webapp.domain.tokens import Scope
from webapp.guards.access import work
from webapp.models import Letter


def add_to(bp: Blueprint) -> None:
    refusals = (404, 409)
    file = Contract(N_("Berkas yang ditandatangani"), Scope.EVIDENCE, "application/pdf", refusals=refusals)
    kept = Contract(N_("Bundel arsip (ZIP) dengan bukti"), Scope.EVIDENCE, "application/zip", refusals=refusals)
    route(bp, "get", f"{ONE}/file", file)(db.writes(show))
    route(bp, "get", f"{ONE}/bundle", kept)(bundle)


def show(letter_id: int) -> Response:
    """The stored bytes; who takes them is recorded."""
    letter = _signed(letter_id)
    return Response(downloads.take(work(), letter), mimetype="application/pdf", headers=_named(f"{letter.code}.pdf"))


def bundle(letter_id: int) -> Response:
    """Packed while only reading; the lock is held for the entry in the trail alone."""
    letter = _signed(letter_id)
    packed = bundles.pack(work(), letter)
    db.write()
    bundles.take_along(work(), letter, packed)
    return Response(packed, mimetype="application/zip", headers=_named(f"bundel-{letter.code}.zip"))


def _signed(letter_id: int) -> Letter:
    letter = letters.get(work(), letter_id)
    if letter.signature is None:
        raise Conflict(N_("Surat ini belum ditandatangani."))
    return letter


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
